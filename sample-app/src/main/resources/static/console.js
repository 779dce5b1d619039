'use strict';

const chat = document.body.dataset.chat;

// whether the recipient can be reached, while it is typed
const to = document.getElementById('to');
const availability = document.getElementById('availability');
let asked;

function askForAvailability() {
	clearTimeout(asked);
	availability.textContent = '';
	asked = setTimeout(async () => {
		const number = to.value.trim();
		if (/^\+\d{7,15}$|^\S+@\S+\.\S+$/.test(number)) {
			const message = await post('/console/availability', { to: number }).then((answer) => answer.message, () => '');
			if (number === to.value.trim()) {
				availability.textContent = message;
			}
		}
	}, 400);
}
to.addEventListener('input', askForAvailability);

document.addEventListener('click', (event) => {
	const button = event.target.closest('[data-number]');
	if (button) {
		to.value = button.dataset.number;
		const from = document.getElementById('from');
		if (from) {
			from.value = button.dataset.number;
		}
		const fallback = document.getElementById('fallback');
		fallback.checked = button.dataset.fallback === 'true';
		if (fallback.checked) {
			fallback.closest('details').open = true;
		}
		newMessage();
		askForAvailability();
		document.getElementById('message').focus();
	}
});

// Enter sends; the other side is shown that somebody types
const message = document.getElementById('message');
const number = document.querySelector('main h2').textContent;
let typing;
let started;

function stopTyping(after = started) {
	if (typing) {
		clearTimeout(typing);
		typing = undefined;
		after.then(() => post('/console/chats/' + chat + '/typing', { typing: false }, { keepalive: true }).catch(() => {}));
	}
}
message.addEventListener('input', () => {
	if (chat && to.value.trim() === number) {
		if (!typing) {
			started = post('/console/chats/' + chat + '/typing', { typing: true }).catch(() => {});
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
message.form.addEventListener('submit', () => stopTyping());
// a page that is left does not learn that typing was shown
addEventListener('pagehide', () => stopTyping(Promise.resolve()));

// sending again what is unchanged is sending the same message: an answer may have been lost
const reference = message.form.elements.reference;

function newMessage() {
	reference.value = 'page-' + Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(16)).join('-');
}
newMessage();
message.form.addEventListener('input', newMessage);

// the latest message stays in view, unless somebody reads older ones
const bubbles = document.getElementById('bubbles');
let following = true;

function follow() {
	if (following) {
		bubbles.scrollTop = bubbles.scrollHeight;
	}
}
bubbles.addEventListener('scroll', () => {
	following = bubbles.scrollHeight - bubbles.scrollTop - bubbles.clientHeight < 40;
});
new MutationObserver(follow).observe(bubbles, { childList: true });
new ResizeObserver(follow).observe(bubbles);

// the conversation that a message was sent in, unless it is open already
message.form.addEventListener('answered', (event) => {
	newMessage();
	if (event.detail.chat !== chat) {
		location.assign('/chats/' + event.detail.chat);
	}
	following = true;
	follow();
});

// the phone shows the open conversation, and may write in another
const write = document.getElementById('write');
write?.addEventListener('answered', () => {
	const from = write.elements.from;
	const answer = write.querySelector('.answer');
	if (from.value !== from.defaultValue && !answer.textContent) {
		answer.textContent = 'Written as ' + from.value + '. Its conversation is in the list.';
	}
});

// after a restart, the conversation is gone; what was typed in it is kept
document.addEventListener('gone', () => {
	const fields = Array.from(message.form.elements).filter((field) => field.name);
	sessionStorage.setItem('draft', JSON.stringify(fields.map((field) => [field.name, field.value, field.checked])));
});
JSON.parse(sessionStorage.getItem('draft') || '[]').forEach(([name, value, checked]) => {
	const field = message.form.elements[name];
	field.value = value;
	field.checked = checked;
	if (checked) {
		field.closest('details').open = true;
	}
});
sessionStorage.removeItem('draft');

// the time that is left until a line has room
setInterval(() => {
	for (const element of document.querySelectorAll('[data-until]')) {
		const left = Math.ceil((new Date(element.dataset.until) - Date.now()) / 1000);
		element.textContent = left > 0 ? ', about ' + left + ' s' : '';
	}
}, 500);
