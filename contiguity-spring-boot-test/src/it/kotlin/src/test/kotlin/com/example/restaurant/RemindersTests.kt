package com.example.restaurant

// tag::test[]
import com.contiguity.spring.test.AutoConfigureContiguitySandbox
import com.contiguity.spring.test.ContiguityAssertions.assertThat
import com.contiguity.spring.test.ContiguitySandbox
import com.contiguity.spring.test.Fault
import org.junit.jupiter.api.Test
import org.springframework.beans.factory.annotation.Autowired
import org.springframework.boot.test.context.SpringBootTest

@SpringBootTest
@AutoConfigureContiguitySandbox
class RemindersTests(@param:Autowired val reminders: Reminders, @param:Autowired val sandbox: ContiguitySandbox) {

    @Test
    fun `reminds once although the API is busy`() {
        sandbox.nextSend(Fault.status(429))
        assertThat(reminders.remind("+15551234567")).startsWith("accepted as")
        assertThat(sandbox).sent(1).to("+15551234567").withText("Your table is ready")
    }

    @Test
    fun `finds out what became of a message`() {
        assertThat(reminders.remind("+15005550004")).isEqualTo("accepted after all")
    }

    @Test
    fun `tells what was refused`() {
        assertThat(reminders.remind("+15005550008")).startsWith("refused: ")
    }

}
// end::test[]
