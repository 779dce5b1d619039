'use strict';

document.addEventListener('click', (event) => {
	const button = event.target.closest('[data-number]');
	if (button) {
		document.getElementById('from').value = button.dataset.number;
		document.getElementById('text').focus();
	}
});
