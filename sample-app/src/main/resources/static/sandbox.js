'use strict';

document.addEventListener('click', (event) => {
	const button = event.target.closest('[data-from]');
	if (button) {
		document.getElementById('from').value = button.dataset.from;
		document.getElementById('text').focus();
	}
});
