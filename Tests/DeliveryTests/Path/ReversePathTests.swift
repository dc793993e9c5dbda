import MailMessage
import Platform
import Settings
import Testing

@testable import Delivery

@Suite struct ReversePathTests {
    private let temporary: TemporaryDirectory
    private var configuration = Configuration()
    private let now = WallTime(seconds: 1_577_836_860)

    init() throws {
        temporary = try TemporaryDirectory()
        set("transport.srs-domain=Forward.example", "transport.srs-secrets=tops3cr3t")
    }

    private mutating func set(_ overrides: String...) {
        for override in overrides {
            let problem = configuration.override(override)
            #expect(problem == nil)
        }
    }

    private func rewritten(_ sender: String) throws -> String {
        try ReversePath(configuration).rewritten(sender: sender, now: now)
    }

    private func failure(_ body: () throws(ReversePathFailure) -> Void) -> ReversePathFailure? {
        do throws(ReversePathFailure) {
            try body()
            return nil
        } catch {
            return error
        }
    }

    @Test(
        "a sender is rewritten into our domain",
        arguments: [
            ("test@otherdomain.com", "SRS0=vmyz=2W=otherdomain.com=test@Forward.example"),
            ("\"a b\"@example.net", "\"SRS0=dTms=2W=example.net=a b\"@Forward.example"),
            ("x@[192.0.2.1]", "\"SRS0=0sno=2W=[192.0.2.1]=x\"@Forward.example"),
            (
                "SRS0=opaque+string@otherdomain.com",
                "SRS1=chaI=otherdomain.com==opaque+string@Forward.example"
            ),
        ])
    func rewriting(sender: String, expected: String) throws {
        let found = try rewritten(sender)
        #expect(found == expected)
        let back = try ReversePath(configuration).original(of: try address(found), now: now)
        #expect(back?.text == sender)
        let folded = try ReversePath(configuration).original(of: try address(found.lowercased()), now: now)
        #expect(folded?.text.lowercased() == sender.lowercased())
    }

    @Test(
        "the null sender, our own domains, and what was rewritten here stay as they are",
        arguments: [
            "", "a@forward.EXAMPLE", "SRS0=x=2W=y=z@forward.example", "a@own.example", "a@OWN.example",
            "a@sub.beneath.example", "no address",
        ])
    func unchanged(sender: String) throws {
        var test = self
        test.set("transport.own-domains=own.example, .beneath.example", "transport.srs-secrets=")
        // Not even the secrets are wanted.
        #expect(try test.rewritten(sender) == sender)
        #expect(ReversePath(test.configuration).warning(for: sender) == nil)
    }

    @Test(
        "domains that only look like ours are rewritten",
        arguments: ["a@beneath.example", "a@xown.example", "a@sub.own.example"])
    func others(sender: String) throws {
        var test = self
        test.set("transport.own-domains=own.example, .beneath.example")
        #expect(try test.rewritten(sender).hasSuffix("@Forward.example"))
    }

    @Test("without a domain of ours nothing is rewritten, and no address is a rewritten one")
    func off() throws {
        var test = self
        test.set("transport.srs-domain=")
        #expect(try test.rewritten("a@example.net") == "a@example.net")
        let path = ReversePath(test.configuration)
        #expect(!path.isRewritten(try address("SRS0=vmyz=2W=otherdomain.com=test@Forward.example")))
        #expect(path.warning(for: String(repeating: "l", count: 70) + "@y") == nil)
    }

    @Test(
        "what is longer than RFC 5321 asks for is told, and sent all the same",
        arguments: [(39, nil), (40, "64"), (200, "64"), (230, "64"), (231, "too long"), (250, "too long")])
    func long(count: Int, warning: String?) throws {
        // 25 octets come before it.
        let sender = String(repeating: "l", count: count) + "@example.net"
        let found = ReversePath(configuration).warning(for: sender)
        #expect((found == nil) == (warning == nil))
        if let warning { #expect(found?.contains(warning) == true) }
        #expect(try (rewritten(sender) == sender) == (warning == "too long"))
    }

    // MARK: Secrets

    @Test("a file has a secret a line, beside those that stand in the configuration")
    func file() throws {
        var test = self
        let path = try temporary.write("secrets", " new one \r\n\n tops3cr3t\n", permissions: 0o640)
        test.set("transport.srs-secrets=\(path), and-more")
        let path2 = ReversePath(test.configuration)
        let recipient = try address("SRS0=vmyz=2W=otherdomain.com=test@forward.example")
        #expect(try path2.original(of: recipient, now: now)?.text == "test@otherdomain.com")
        var alone = self
        alone.set("transport.srs-secrets=new one")
        #expect(try test.rewritten("a@b.example") == alone.rewritten("a@b.example"))
        alone.set("transport.srs-secrets=and-more")
        let signed = try alone.rewritten("a@b.example")
        #expect(try path2.original(of: try address(signed), now: now)?.text == "a@b.example")
    }

    @Test("a file that others may read or write is no secret", arguments: [0o644, 0o602, 0o601] as [UInt32])
    func openFile(permissions: UInt32) throws {
        var test = self
        let path = try temporary.write("secrets", "x\n", permissions: permissions)
        test.set("transport.srs-secrets=\(path)")
        let failure = failure { () throws(ReversePathFailure) in
            _ = try ReversePath(test.configuration).rewritten(sender: "a@b.example", now: now)
        }
        guard case .secrets(let reason) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(reason.contains(path) && reason.contains("others"))
    }

    @Test(
        "secrets that are not there are told, and mail waits",
        arguments: ["missing", "empty", "none", "directory"])
    func noSecrets(kind: String) throws {
        var test = self
        switch kind {
        case "empty":
            test.set("transport.srs-secrets=\(try temporary.write("secrets", "\n \n", permissions: 0o600))")
        case "missing": test.set("transport.srs-secrets=\(temporary.path("secrets"))")
        case "directory":
            try temporary.makeDirectory("secrets", permissions: 0o700)
            test.set("transport.srs-secrets=\(temporary.path("secrets"))")
        default: test.set("transport.srs-secrets=")
        }
        let path = ReversePath(test.configuration)
        for path in [path, path.readingSecrets()] {
            let forward = failure { () throws(ReversePathFailure) in
                _ = try path.rewritten(sender: "a@b.example", now: now)
            }
            let recipient = try address("SRS0=vmyz=2W=otherdomain.com=test@forward.example")
            let reverse = failure { () throws(ReversePathFailure) in
                _ = try path.original(of: recipient, now: now)
            }
            guard case .secrets = forward, case .secrets = reverse else {
                Issue.record("\(String(describing: forward)) \(String(describing: reverse))")
                return
            }
        }
    }

    @Test("secrets that were read are known when their file is out of reach")
    func early() throws {
        var test = self
        let file = try temporary.write("secrets", "tops3cr3t\n", permissions: 0o600)
        test.set("transport.srs-secrets=\(file)")
        let path = ReversePath(test.configuration).readingSecrets()
        try Directory(opening: temporary.path).removeFile("secrets")
        #expect(try path.rewritten(sender: "test@otherdomain.com", now: now).hasPrefix("SRS0=vmyz="))
    }

    // MARK: Back

    @Test(
        "only addresses of our domain with the form of a rewritten one are looked at",
        arguments: [
            "bob@forward.example", "SRS0=vmyz=2W=otherdomain.com=test@example.org", "SRS0@forward.example",
        ])
    func others(recipient: String) throws {
        let address = try address(recipient)
        #expect(try ReversePath(configuration).original(of: address, now: now) == nil)
    }

    @Test(
        "what we did not make, or long ago, is not good",
        arguments: [
            ("SRS0=xxxx=2W=otherdomain.com=test", 0, "not ours"),
            ("SRS0=vmyz=2W=otherdomain.com", 0, "not a whole"),
            ("SRS0=vmyz=2W=otherdomain.com=test", 22, "too old"),
        ])
    func notGood(local: String, days: Int, reason: String) throws {
        let address = try address(local + "@forward.example")
        let time = WallTime(seconds: now.seconds + days * 86_400)
        let failure = failure { () throws(ReversePathFailure) in
            _ = try ReversePath(configuration).original(of: address, now: time)
        }
        guard case .notGood(let told) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(told.contains(reason))
    }
}
