package com.example.restaurant

// tag::service[]
import com.contiguity.spring.core.ReactiveImessageOperations
import com.contiguity.spring.imessage.SendRequest
import com.contiguity.spring.imessage.SendResult
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.reactive.asFlow
import kotlinx.coroutines.reactive.asPublisher
import kotlinx.coroutines.reactor.awaitSingle
import kotlinx.coroutines.reactor.awaitSingleOrNull
import kotlinx.coroutines.withContext
import org.springframework.stereotype.Service

@Service
class CoroutineReminders(private val imessages: ReactiveImessageOperations) {

    suspend fun remind(to: String): String =
        imessages.send(to, "Your table is ready").awaitSingle().messageId

    fun remindAll(requests: Flow<SendRequest>): Flow<SendResult> =
        imessages.sendAll(requests.asPublisher()).asFlow()

    suspend fun remindWhileTyping(to: String, text: suspend () -> String) {
        val typing = imessages.showTyping(to).awaitSingle()
        try {
            imessages.send(to, text()).awaitSingle()
        } finally {
            withContext(NonCancellable) { typing.hide().awaitSingleOrNull() }
        }
    }

}
// end::service[]
