/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package com.example.messages.console;

import java.util.Map;

import com.contiguity.spring.ContiguityException;
import com.contiguity.spring.InvalidRequestException;
import com.contiguity.spring.core.ImessageOperations;
import com.contiguity.spring.imessage.Fallback;
import com.contiguity.spring.imessage.Reaction;
import com.contiguity.spring.imessage.ReactionAction;
import com.contiguity.spring.imessage.Reconciliation.Verdict;
import com.contiguity.spring.imessage.SendRequest;
import com.contiguity.spring.imessage.Tapback;
import com.contiguity.spring.imessage.TypingAction;
import com.contiguity.spring.outbox.ImessageOutbox;
import com.contiguity.spring.outbox.OutboxEntry;
import com.contiguity.spring.outbox.OutboxOptions;
import com.example.messages.console.Bubble.State;
import com.example.page.Viewers;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.StringUtils;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Serves the page and handles its forms. URLs contain ids of conversations, never phone
 * numbers.
 */
@Controller
class ConsoleController {

	private final ImessageOperations imessage;

	private final Chats chats;

	private final History history;

	private final ImessageOutbox outbox;

	private final Viewers viewers;

	private final Page page;

	ConsoleController(ImessageOperations imessage, Chats chats, History history, ImessageOutbox outbox, Viewers viewers,
			Page page) {
		this.imessage = imessage;
		this.chats = chats;
		this.history = history;
		this.outbox = outbox;
		this.viewers = viewers;
		this.page = page;
	}

	@GetMapping("/")
	String page(Model model) {
		model.addAllAttributes(this.page.model(null));
		return "console";
	}

	// on a narrow screen, the list or the new message is shown
	@GetMapping("/new")
	String newMessage(Model model) {
		model.addAttribute("composing", true);
		return page(model);
	}

	@GetMapping("/chats/{id}")
	String chat(@PathVariable String id, Model model) {
		Chat chat = this.chats.find(id);
		if (chat == null) {
			// from before the last restart
			return "redirect:/";
		}
		chat.opened();
		this.history.readLater(chat);
		model.addAllAttributes(this.page.model(chat));
		return "console";
	}

	@GetMapping(path = "/console/stream", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	SseEmitter stream(@RequestParam(required = false) @Nullable String chat) {
		return this.viewers.open(chat);
	}

	@PostMapping("/console/messages")
	@ResponseBody
	Map<String, String> send(@RequestParam String reference, @RequestParam String to,
			@RequestParam(defaultValue = "") String message, @RequestParam(defaultValue = "") String attachment,
			@RequestParam(defaultValue = "false") boolean fallback,
			@RequestParam(defaultValue = "false") boolean fastTrack,
			@RequestParam(defaultValue = "false") boolean outbox) {
		SendRequest.Builder request = SendRequest.to(to.strip()).message(message).fastTrack((fastTrack) ? true : null);
		if (StringUtils.hasText(attachment)) {
			request.attachment(attachment);
		}
		if (fallback) {
			request.fallback(Fallback.always());
		}
		Chat chat = this.chats.with(request.build().to());
		String line = chat.line();
		SendRequest built = request.reference(reference).from(line).build();
		// the bubble shows the outcome
		boolean isNew = this.chats.add(chat,
				Bubble.sent(reference, built.message(), built.attachments(), (outbox) ? State.QUEUED : State.SENDING));
		// the page sends a message again if it did not get the answer, even after a
		// restart
		OutboxEntry enqueued = this.outbox.find(reference).orElse(null);
		if (enqueued != null) {
			this.chats.update(chat, reference, (bubble) -> MessageListeners.shown(bubble, enqueued, null));
		}
		else if (outbox) {
			enqueue(chat, reference, built);
		}
		else if (isNew) {
			this.imessage.sendAsync(built);
		}
		return Map.of("chat", chat.id());
	}

	private void enqueue(Chat chat, String reference, SendRequest request) {
		this.chats.update(chat, reference, (bubble) -> bubble.is(State.QUEUED, null));
		try {
			this.outbox.enqueue(request, OutboxOptions.key(reference));
		}
		catch (RuntimeException ex) {
			this.chats.update(chat, reference, (bubble) -> bubble.is(State.NOT_SENT, "it was not enqueued"));
			throw ex;
		}
	}

	@PostMapping("/console/outbox/{entryId}/settle")
	@ResponseBody
	Map<String, String> settle(@PathVariable String entryId, @RequestParam Verdict verdict) {
		try {
			this.outbox.settle(entryId, verdict);
		}
		catch (IllegalArgumentException | IllegalStateException ex) {
			// the page shows what was a moment ago
			return Map.of("message", "It is settled already: " + ex.getMessage());
		}
		return Map.of("message",
				(verdict == Verdict.SENT) ? "Settled: marked as sent" : "Settled: it will be sent again");
	}

	@PostMapping("/console/outbox/{entryId}/cancel")
	@ResponseBody
	Map<String, String> cancel(@PathVariable String entryId) {
		return (this.outbox.cancel(entryId)) ? Map.of()
				: Map.of("message", "Too late to cancel: the message was sent or is being sent");
	}

	@PostMapping("/console/availability")
	@ResponseBody
	Map<String, String> availability(@RequestParam String to) {
		if (!to.startsWith("+")) {
			return Map.of("message", "Only phone numbers can be checked");
		}
		boolean available = this.imessage.availability(to).available();
		return Map.of("message",
				(available) ? "Can be reached by iMessage" : "Has no iMessage: allow a fallback to SMS");
	}

	@PostMapping("/console/chats/{id}/refresh")
	@ResponseBody
	Map<String, String> refresh(@PathVariable String id) {
		this.history.read(require(id));
		return Map.of();
	}

	@PostMapping("/console/chats/{id}/read")
	@ResponseBody
	Map<String, String> read(@PathVariable String id) {
		Chat chat = require(id);
		String line = chat.line();
		if (line != null) {
			this.imessage.read(chat.with(), line);
		}
		else {
			this.imessage.read(chat.with());
		}
		return Map.of("message", "Marked as read");
	}

	@PostMapping("/console/chats/{id}/typing")
	@ResponseBody
	Map<String, String> typing(@PathVariable String id, @RequestParam boolean typing) {
		Chat chat = require(id);
		String line = chat.line();
		TypingAction action = (typing) ? TypingAction.START : TypingAction.STOP;
		if (line != null) {
			this.imessage.typing(action, chat.with(), line);
		}
		else {
			this.imessage.typing(action, chat.with());
		}
		return Map.of();
	}

	@PostMapping("/console/chats/{id}/bubbles/{bubbleId}/tapback")
	@ResponseBody
	Map<String, String> react(@PathVariable String id, @PathVariable String bubbleId, @RequestParam String tapback) {
		Chat chat = require(id);
		Bubble bubble = require(chat, bubbleId);
		String text = bubble.text();
		if (text == null) {
			throw new InvalidRequestException("tapback", "Only messages with text can have tapbacks");
		}
		ReactionAction action = bubble.marks().tapbacks().contains(tapback) ? ReactionAction.REMOVE
				: ReactionAction.ADD;
		Reaction.Target reaction = Reaction.of(Tapback.of(tapback));
		String line = chat.line();
		this.imessage.react(action,
				(line != null) ? reaction.toMessage(chat.with(), line, text) : reaction.toMessage(chat.with(), text));
		this.history.readLater(chat);
		return Map.of();
	}

	@PostMapping("/console/chats/{id}/bubbles/{bubbleId}/reconcile")
	@ResponseBody
	Map<String, String> reconcile(@PathVariable String id, @PathVariable String bubbleId) {
		Chat chat = require(id);
		Bubble bubble = require(chat, bubbleId);
		if (bubble.unknown() != null) {
			this.history.reconcile(chat, bubbleId, bubble.unknown());
		}
		return Map.of();
	}

	private Chat require(String id) {
		Chat chat = this.chats.find(id);
		if (chat == null) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND);
		}
		return chat;
	}

	private static Bubble require(Chat chat, String bubbleId) {
		Bubble bubble = chat.bubble(bubbleId);
		if (bubble == null) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND);
		}
		return bubble;
	}

	@ExceptionHandler
	ResponseEntity<Map<String, String>> invalid(InvalidRequestException ex) {
		return ResponseEntity.badRequest()
			.body(Map.of("message", String.valueOf(ex.getMessage()), "field", ex.field()));
	}

	@ExceptionHandler
	ResponseEntity<Map<String, String>> failed(ContiguityException ex) {
		return ResponseEntity.status(HttpStatus.BAD_GATEWAY).body(Map.of("message", String.valueOf(ex.getMessage())));
	}

}
