// the tests have run
['Reminders', 'CoroutineReminders'].each { name ->
	def report = new File(basedir, "target/surefire-reports/TEST-com.example.restaurant.${name}Tests.xml")
	def suite = new groovy.xml.XmlSlurper().parse(report)
	assert suite.@tests.toInteger() > 0 && suite.@skipped == '0' && suite.@failures == '0' && suite.@errors == '0' : report
}

return true
