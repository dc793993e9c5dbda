import Testing

@testable import Sieve

@Suite("capabilities by names")
struct CapabilityNamesTests {
    private func enabled(_ names: String...) -> Set<String>? {
        SieveCompiler.capabilities(named: names).enabled
    }

    @Test("no name changes nothing")
    func none() {
        #expect(enabled() == nil)
    }

    @Test("names by themselves are all that there is")
    func absolute() {
        #expect(enabled("fileinto", "copy") == ["fileinto", "copy"])
        #expect(enabled("vnd.dovecot.pipe") == ["vnd.dovecot.pipe"])
        #expect(enabled("fileinto", "copy", "-copy", "+reject") == ["fileinto", "reject"])
    }

    @Test("names with a sign change what there is")
    func relative() throws {
        let all = Set(SieveCompiler().capabilities)
        #expect(enabled("+vnd.dovecot.debug") == all.union(["vnd.dovecot.debug"]))
        #expect(
            enabled("-include", "+vnd.dovecot.filter")
                == all.subtracting(["include"]).union(["vnd.dovecot.filter"]))
        #expect(enabled("+include") == all)
        #expect(enabled("+vnd.dovecot.debug", "-vnd.dovecot.debug") == all)
    }

    @Test("names that no capability has are told")
    func unknown() {
        let result = SieveCompiler.capabilities(named: ["fileinto", "fileinot", "+x", "-", ""])
        #expect(result.enabled == ["fileinto"])
        #expect(result.unknown == ["fileinot", "x", "", ""])
    }

    @Test("no two capabilities have one name, and what they contradict exists")
    func consistency() {
        let names = SieveExtension.all.map(\.capability)
        #expect(Set(names).count == names.count)
        for item in SieveExtension.all {
            for other in item.conflicts + item.needs { #expect(names.contains(other)) }
        }
    }
}
