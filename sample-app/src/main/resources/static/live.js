'use strict';

const csrf = document.querySelector('meta[name=csrf]');

async function post(url, data, options = {}) {
	const response = await fetch(url, {
		...options,
		method: 'POST',
		headers: { [csrf.dataset.header]: csrf.content },
		body: new URLSearchParams(data)
	}).catch(() => {
		throw new Error('The application does not answer');
	});
	const answer = await response.json().catch(() => ({}));
	if (!response.ok) {
		throw new Error(answer.message || answer.detail || 'Request failed: ' + response.status);
	}
	return answer;
}

// forms: posted in the background, answered where they stand
document.addEventListener('submit', async (event) => {
	const form = event.target;
	if (!('live' in form.dataset)) {
		return;
	}
	event.preventDefault();
	if ('posting' in form.dataset) {
		// a second click must not send a second message
		return;
	}
	form.dataset.posting = '';
	const button = event.submitter;
	const cleared = button?.hasAttribute('formaction') ? [] : (form.dataset.clear || '').split(' ').filter(Boolean).map((name) => form.elements[name]);
	const posted = cleared.map((element) => element.value);
	// a form that is replaced meanwhile is answered below the conversation
	const place = form.querySelector('.answer') || document.getElementById('notice');
	try {
		const answer = await post(button?.getAttribute('formaction') || form.getAttribute('action'), new FormData(form, button));
		cleared.forEach((element, index) => {
			// not what was typed meanwhile
			if (element.value === posted[index]) {
				element.value = '';
			}
		});
		place.textContent = answer.message || '';
		place.classList.remove('failed');
		form.dispatchEvent(new CustomEvent('answered', { detail: answer }));
	}
	catch (error) {
		place.textContent = error.message;
		place.classList.add('failed');
	}
	finally {
		delete form.dataset.posting;
	}
});

// parts of the page, as they change: children with an id are replaced only if they differ
const rendered = new Map();

// as the server wrote them; the first push finds the rest unchanged
for (const child of document.querySelectorAll('[data-each] > [id]')) {
	rendered.set(child.id, child.outerHTML);
}

// the server writes the times of UTC
function showLocalTimes(element) {
	const today = new Date().toDateString();
	for (const time of element.querySelectorAll('time')) {
		const at = new Date(time.dateTime);
		const isToday = at.toDateString() === today;
		time.textContent = at.toLocaleString([], {
			dateStyle: isToday ? undefined : 'short',
			timeStyle: 'seconds' in time.dataset ? 'medium' : isToday || !('brief' in time.dataset) ? 'short' : undefined
		});
	}
}
showLocalTimes(document);

function showLatest(element) {
	for (const shown of element.querySelectorAll('.shown')) {
		shown.scrollTop = shown.scrollHeight;
	}
}

function replace(old, child) {
	// screen readers read out what is added to a log, so the text of a message stays in place
	const words = old.querySelector(':scope > .body');
	if (!words || words.outerHTML !== child.querySelector(':scope > .body')?.outerHTML) {
		old.replaceWith(child);
		return child;
	}
	for (const other of Array.from(old.children)) {
		if (other !== words) {
			other.remove();
		}
	}
	old.className = child.className;
	old.append(...Array.from(child.children).filter((other) => !other.matches('.body')));
	return old;
}

function update(event) {
	const next = new DOMParser().parseFromString(event.data, 'text/html').getElementById(event.type);
	const present = document.getElementById(event.type);
	if (!next || !present || rendered.get(event.type) === event.data) {
		return;
	}
	rendered.set(event.type, event.data);
	const focused = document.activeElement?.id;
	const place = (child, index) => {
		if (present.children[index] !== child) {
			present.insertBefore(child, present.children[index] || null);
		}
	};
	if ('text' in present.dataset) {
		// a replaced one would not be read out
		present.textContent = next.textContent;
	}
	else if ('each' in present.dataset) {
		const ids = new Set(Array.from(next.children, (child) => child.id));
		for (const child of Array.from(present.children)) {
			if (!ids.has(child.id)) {
				child.remove();
			}
		}
		Array.from(next.children).forEach((child, index) => {
			const html = child.outerHTML;
			const old = document.getElementById(child.id);
			if (!old || rendered.get(child.id) !== html) {
				rendered.set(child.id, html);
				for (const details of old?.querySelectorAll('details[open]') || []) {
					child.querySelector('#' + CSS.escape(details.id))?.setAttribute('open', '');
				}
				const shown = old ? replace(old, child) : child;
				place(shown, index);
				showLatest(shown);
				showLocalTimes(shown);
			}
			else {
				place(old, index);
			}
		});
	}
	else {
		present.replaceWith(next);
		showLatest(next);
		showLocalTimes(next);
	}
	if (focused && document.activeElement?.id !== focused) {
		(document.getElementById(focused) || document.getElementById('bubbles'))?.focus({ preventScroll: true });
	}
}

const connection = document.getElementById('connection');

let stream;

function connect() {
	stream?.close();
	stream = new EventSource(document.body.dataset.stream);
	for (const part of ['chats', 'bubbles', 'figures', 'screen', 'phones', 'typing']) {
		stream.addEventListener(part, update);
	}
	stream.addEventListener('gone', () => {
		document.dispatchEvent(new CustomEvent('gone'));
		location.assign('/');
	});
	stream.addEventListener('open', () => {
		connection.textContent = '';
	});
	stream.addEventListener('error', () => {
		connection.textContent = 'Reconnecting…';
		// a browser tries again by itself, unless it was answered with an error
		if (stream.readyState === EventSource.CLOSED) {
			setTimeout(connectIfVisible, 2000);
		}
	});
}

// nobody looks at a page in the background; a new stream catches up
function connectIfVisible() {
	if (document.hidden) {
		stream?.close();
	}
	else {
		connect();
	}
}
document.addEventListener('visibilitychange', connectIfVisible);
connectIfVisible();
