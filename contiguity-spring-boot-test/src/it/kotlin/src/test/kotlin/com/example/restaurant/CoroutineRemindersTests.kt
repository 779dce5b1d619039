package com.example.restaurant

// tag::test[]
import com.contiguity.spring.imessage.SendRequest
import com.contiguity.spring.imessage.SendResult
import com.contiguity.spring.test.AutoConfigureContiguitySandbox
import com.contiguity.spring.test.ContiguityAssertions.assertThat
import com.contiguity.spring.test.ContiguitySandbox
import kotlinx.coroutines.flow.flowOf
import kotlinx.coroutines.flow.map
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Test
import org.springframework.beans.factory.annotation.Autowired
import org.springframework.boot.test.context.SpringBootTest

@SpringBootTest
@AutoConfigureContiguitySandbox
class CoroutineRemindersTests(
    @param:Autowired val reminders: CoroutineReminders,
    @param:Autowired val sandbox: ContiguitySandbox,
) {

    @Test
    fun `reminds`() = runBlocking<Unit> {
        assertThat(reminders.remind("+15551234567")).isNotEmpty()
        assertThat(sandbox).sent(1).to("+15551234567").withText("Your table is ready")
    }

    @Test
    fun `reminds several guests`() = runBlocking<Unit> {
        val requests = flowOf("+15551234567", "+15005550008")
            .map { SendRequest.to(it).message("Your table is ready").build() }
        val outcomes = reminders.remindAll(requests).toList().map {
            when (it) {
                is SendResult.Accepted -> "accepted"
                is SendResult.Failed -> it.exception.outcome().name
            }
        }
        assertThat(outcomes).containsExactlyInAnyOrder("accepted", "REJECTED")
    }

    @Test
    fun `hides the typing indicator`() = runBlocking<Unit> {
        reminders.remindWhileTyping("+15551234567") { "In five minutes" }
        assertThat(sandbox.isTyping("+15551234567")).isFalse()
        assertThat(sandbox).sent(1).to("+15551234567").withText("In five minutes")
    }

}
// end::test[]
