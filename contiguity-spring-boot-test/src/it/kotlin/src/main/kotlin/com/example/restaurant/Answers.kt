package com.example.restaurant

// tag::listener[]
import com.contiguity.spring.core.ImessageOperations
import com.contiguity.spring.event.ImessageReceivedEvent
import org.springframework.context.event.EventListener
import org.springframework.stereotype.Component

@Component
class Answers(private val imessages: ImessageOperations) {

    @EventListener
    fun received(event: ImessageReceivedEvent) {
        val text = event.message.body ?: return
        imessages.reply(event.message, "You wrote: $text")
    }

}
// end::listener[]
