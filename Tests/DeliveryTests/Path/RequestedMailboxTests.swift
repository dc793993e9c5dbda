import Maildir
import Settings
import Testing

@testable import Delivery

@Suite struct RequestedMailboxTests {
    private func requested(
        _ text: String?, _ change: (inout Configuration) -> Void = { _ in }
    ) -> RequestedMailbox {
        var configuration = Configuration()
        change(&configuration)
        return RequestedMailbox(text, configuration)
    }

    @Test("without -m it is INBOX, with it the mailbox named")
    func names() {
        #expect(
            requested(nil).name.isInbox && requested(nil).accepted == nil && requested(nil).warning == nil)
        let lists = requested("Lists/swift")
        #expect(
            lists.name.levels == ["Lists", "swift"] && lists.accepted == "Lists/swift" && lists.warning == nil
        )
        #expect(requested("inbox").name.isInbox)
        #expect(requested("a.b") { $0.mail.separator = UInt8(ascii: ".") }.name.levels == ["a", "b"])
    }

    @Test(
        "a name that a stranger could do harm with is INBOX, and a warning",
        arguments: [
            "", "..", "../x", "a/../b", "/etc/passwd", "a//b", "a/", ".", "~root", "a\0b", "a\nb", "a\u{7F}",
            "a.b",
            String(repeating: "x", count: 1001), String(repeating: "x/", count: 300) + "x", "\u{85}",
            "dovecot-trashed".uppercased(),
        ])
    func hostile(text: String) {
        let found = requested(text)
        #expect(found.name.isInbox && found.accepted == nil)
        let warning = found.warning ?? ""
        #expect(warning.hasPrefix("-m: ") && warning.utf8.count < 300)
        #expect(!warning.utf8.contains { $0 < 0x20 || $0 == 0x7F })
    }

    @Test(
        "names that would be Maildir's own in the fs layout are INBOX",
        arguments: ["cur", "new", "tmp", "a/cur", "dovecot-uidlist", "maildirsize"])
    func reserved(text: String) {
        #expect(requested(text) { $0.mail.layout = .fileSystem }.name.isInbox)
    }
}
