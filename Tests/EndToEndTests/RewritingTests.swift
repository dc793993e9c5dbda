import Foundation
import Testing

/// Rewritten senders (SRS), by the programs: mail goes on, and its bounce finds the way back.
@Suite("Rewriting", .serialized, .enabled(if: isRoot, "only root can start a program as nobody"))
struct RewritingTests {
    private let site: ForwardingSite
    private let sendmail: FakeSendmail

    init() throws {
        var site = try ForwardingSite()
        sendmail = try FakeSendmail(in: site.workplace)
        let secrets = site.workplace["secrets"]
        try site.workplace.write("one secret\nand an older one\n", to: "secrets", mode: 0o600, owner: .nobody)
        site.settings = [
            "transport.sendmail=\(sendmail.path)", "transport.srs-domain=forward.test",
            "transport.srs-secrets=\(secrets)", "transport.own-domains=own.test",
        ]
        self.site = site
    }

    private func control(_ words: [String]) throws -> Completed {
        try run(
            try site.workplace.program(.control), ["auth", "srs"] + words + site.options(), user: .nobody)
    }

    private func bounce(to address: String) throws -> Completed {
        try run(
            try site.workplace.program(.postmaster), ["-d", address, "-f", "<>"] + site.options(),
            input: TestMessage.text(subject: "Undelivered"), user: .nobody)
    }

    @Test("mail leaves with a sender of ours, and what comes back to that goes to the sender")
    func thereAndBack() throws {
        try site.redirect(TestMessage.text(subject: "there"), to: "carol@example.com")
        let there = try #require(sendmail.sent.first)
        let sender = try #require(there.arguments.first { $0.hasSuffix("@forward.test") })
        #expect(sender.hasPrefix("SRS0=") && sender.hasSuffix("=example.org=alice@forward.test"))
        #expect(try control(["alice@example.org"]).output == sender + "\n")
        #expect(try control([sender.lowercased()]).output == "alice@example.org\n")

        #expect(try bounce(to: sender).code == 0)
        let back = try #require(sendmail.sent.first { $0.arguments.last == "alice@example.org" })
        #expect(back.arguments.contains("<>") && back.message.contains("Undelivered"))
        #expect(sendmail.sent.count == 2)
        #expect(try site.queue().isEmpty)
        #expect(messages(site.maildir).isEmpty)
    }

    @Test("nobody can have mail sent anywhere by guessing an address")
    func forged() throws {
        let good = try control(["alice@example.org"]).output.trimmingCharacters(in: .newlines)
        for address in [
            good.replacing("alice", with: "victim"), good.replacing("example.org", with: "example.net"),
            "SRS1=abcd=example.org==x=y=example.net=victim@forward.test", "SRS0=@forward.test",
        ] {
            let bounced = try bounce(to: address)
            #expect(bounced.code == 67 && bounced.errors.hasPrefix("5.1.1 "), "\(address)")
            #expect(try control([address]).code == 1)
            let told = try control(["--json", address])
            #expect(told.code == 1 && told.output.contains("\"refused\""))
        }
        #expect(sendmail.sent.isEmpty)
        #expect(try site.queue().isEmpty)
    }

    @Test("senders of our own domains go out as they are")
    func own() throws {
        try site.redirect(TestMessage.text(subject: "own"), to: "carol@example.com", sender: "dan@own.test")
        #expect(sendmail.sent.first?.arguments.contains("dan@own.test") == true)
        #expect(try control(["dan@own.test"]).output == "dan@own.test\n")
        #expect(try control(["--json", "dan@own.test"]).output.contains("\"unchanged\""))
    }

    @Test("mail waits where the secrets cannot be read, and leaves when they can")
    func secrets() throws {
        let secrets = site.workplace["secrets"]
        try succeed("/bin/chown", ["root", secrets])
        try site.redirect(TestMessage.text(subject: "waits"), to: "carol@example.com")
        #expect(sendmail.sent.isEmpty)
        #expect(try site.queue().count == 1)
        #expect(try control(["alice@example.org"]).code == 78)
        try succeed("/bin/chown", ["nobody", secrets])
        try site.sweep()
        #expect(sendmail.sent.count == 1)
        #expect(try site.queue().isEmpty)
    }
}
