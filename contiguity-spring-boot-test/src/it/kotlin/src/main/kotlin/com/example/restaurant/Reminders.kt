package com.example.restaurant

// tag::service[]
import com.contiguity.spring.ContiguityException
import com.contiguity.spring.Outcome
import com.contiguity.spring.core.ImessageOperations
import com.contiguity.spring.imessage.Reconciliation
import com.contiguity.spring.imessage.SendOutcomeUnknownException
import com.contiguity.spring.imessage.SendRequest
import org.springframework.stereotype.Service

@Service
class Reminders(private val imessages: ImessageOperations) {

    fun remind(to: String): String {
        val request = SendRequest.to(to).message("Your table is ready").build()
        return try {
            val receipt = imessages.send(request)
            "accepted as ${receipt.messageId}, sent from ${receipt.from ?: "a line that Contiguity chose"}"
        } catch (ex: SendOutcomeUnknownException) {
            val reconciliation = imessages.reconcile(ex)
            when (reconciliation.verdict) {
                Reconciliation.Verdict.SENT -> "accepted after all"
                Reconciliation.Verdict.NOT_SENT -> "safe to send again"
                Reconciliation.Verdict.UNDECIDED ->
                    reconciliation.retryAfter?.let { "reconcile again in $it" } ?: "ask a person"
            }
        } catch (ex: ContiguityException) {
            if (ex.outcome() == Outcome.NOT_SENT) "safe to send again" else "refused: ${ex.message}"
        }
    }

}
// end::service[]
