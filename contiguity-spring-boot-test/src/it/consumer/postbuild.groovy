// a test of each recipe has run; that of the container where there is an engine
def recipes = ['Unit', 'Slice', 'Application', 'ByHand', 'MockServer']
if (System.getenv('DOCKER_HOST') || new File('/var/run/docker.sock').exists()) {
	recipes << 'Container'
}
recipes.each { recipe ->
	def report = new File(basedir, "target/surefire-reports/TEST-com.contiguity.spring.docs.testing.${recipe}RecipeTests.xml")
	def suite = new groovy.xml.XmlSlurper().parse(report)
	assert suite.@tests.toInteger() > 0 && suite.@skipped == '0' && suite.@failures == '0' && suite.@errors == '0' : report
}

// what Spring Boot manages is what there is
def pom = new groovy.xml.XmlSlurper().parse(new File(basedir, 'target/effective-pom.xml'))
def managed = pom.dependencyManagement.dependencies.dependency.collectEntries {
	["${it.groupId}:${it.artifactId}".toString(), it.version.text()]
}
assert managed.size() > 500
def dependencies = new File(basedir, 'target/dependencies.txt').readLines()*.trim()
	.collect { it.split(/\s/)[0].split(':') }
	.findAll { it.size() >= 5 }
assert dependencies.size() > 50
dependencies.each {
	def (name, version) = ["${it[0]}:${it[1]}".toString(), it[-2]]
	assert !managed[name] || managed[name] == version : "$name $version, which Spring Boot manages in ${managed[name]}"
}

return true
