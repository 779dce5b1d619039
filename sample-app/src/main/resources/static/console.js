'use strict';

const csrf = document.querySelector('meta[name=csrf]');
const chat = document.body.dataset.chat;

async function post(url, data) {
	const response = await fetch(url, {
		method: 'POST',
		headers: { [csrf.dataset.header]: csrf.content },
		body: new URLSearchParams(data)
	});
	const answer = await response.json().catch(() => ({}));
	if (!response.ok) {
		throw new Error(answer.message || 'That did not work: ' + response.status);
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
	const button = event.submitter;
	const place = form.querySelector('.answer');
	try {
		const answer = await post(button?.getAttribute('formaction') || form.getAttribute('action'), new FormData(form, button));
		for (const name of (form.dataset.clear || '').split(' ').filter(Boolean)) {
			form.elements[name].value = '';
		}
		if (place) {
			place.textContent = answer.message || '';
		}
		if (answer.chat && answer.chat !== chat) {
			location.assign('/chats/' + answer.chat);
		}
	}
	catch (error) {
		if (place) {
			place.textContent = error.message;
		}
	}
});

// whether the recipient can be reached, while it is typed
const to = document.getElementById('to');
const availability = document.getElementById('availability');
let asked;

function askForAvailability() {
	clearTimeout(asked);
	availability.textContent = '';
	asked = setTimeout(async () => {
		const number = to.value.trim();
		if (/^\+\d{7,15}$/.test(number)) {
			const message = await post('/console/availability', { to: number }).then((answer) => answer.message, () => '');
			if (number === to.value.trim()) {
				availability.textContent = message;
			}
		}
	}, 400);
}
to.addEventListener('input', askForAvailability);

document.addEventListener('click', (event) => {
	const button = event.target.closest('[data-to]');
	if (button) {
		to.value = button.dataset.to;
		const from = document.getElementById('from');
		if (from) {
			from.value = button.dataset.to;
		}
		askForAvailability();
		document.getElementById('message').focus();
	}
});

// Enter sends; the other side is shown that somebody types
const message = document.getElementById('message');
let typing;

function stopTyping() {
	if (typing) {
		clearTimeout(typing);
		typing = undefined;
		post('/console/chats/' + chat + '/typing', { typing: false }).catch(() => {});
	}
}
message.addEventListener('input', () => {
	if (chat) {
		if (!typing) {
			post('/console/chats/' + chat + '/typing', { typing: true }).catch(() => {});
		}
		clearTimeout(typing);
		typing = setTimeout(stopTyping, 3000);
	}
});
message.addEventListener('keydown', (event) => {
	if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
		event.preventDefault();
		message.form.requestSubmit();
	}
});
message.form.addEventListener('submit', stopTyping);

// parts of the page, as they change: children with an id are replaced only if they differ
const rendered = new Map();

function update(event) {
	const next = new DOMParser().parseFromString(event.data, 'text/html').getElementById(event.type);
	const present = document.getElementById(event.type);
	if (!next || !present || rendered.get(event.type) === event.data) {
		return;
	}
	rendered.set(event.type, event.data);
	const focused = document.activeElement?.id;
	const atEnd = present.scrollHeight - present.scrollTop - present.clientHeight < 40;
	if (present.id === 'bubbles' || present.id === 'chats') {
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
				old?.remove();
				present.insertBefore(child, present.children[index] || null);
			}
			else if (present.children[index] !== old) {
				present.insertBefore(old, present.children[index] || null);
			}
		});
	}
	else {
		present.replaceWith(next);
		const shown = next.querySelector('.shown');
		if (shown) {
			shown.scrollTop = shown.scrollHeight;
		}
	}
	if (focused && document.activeElement?.id !== focused) {
		document.getElementById(focused)?.focus();
	}
	if (atEnd) {
		present.scrollTop = present.scrollHeight;
	}
}

const connection = document.getElementById('connection');

function connect() {
	const stream = new EventSource('/console/stream' + (chat ? '?chat=' + encodeURIComponent(chat) : ''));
	for (const part of ['chats', 'bubbles', 'figures', 'screen']) {
		stream.addEventListener(part, update);
	}
	stream.addEventListener('open', () => {
		connection.textContent = '';
		rendered.clear();
	});
	stream.addEventListener('error', () => {
		connection.textContent = 'Connecting again…';
		// a browser tries again by itself, unless it was answered with an error
		if (stream.readyState === EventSource.CLOSED) {
			setTimeout(connect, 2000);
		}
	});
}
connect();

// the time that is left until a line has room
setInterval(() => {
	for (const element of document.querySelectorAll('[data-until]')) {
		const left = Math.ceil((new Date(element.dataset.until) - Date.now()) / 1000);
		element.textContent = left > 0 ? ', about ' + left + ' s' : '';
	}
}, 500);

const bubbles = document.getElementById('bubbles');
bubbles.scrollTop = bubbles.scrollHeight;
