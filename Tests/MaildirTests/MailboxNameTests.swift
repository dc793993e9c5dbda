import Testing

@testable import Maildir

@Suite("Mailbox names")
struct MailboxNameTests {
    static let plusPlus = MailboxLayout()
    static let plusPlusUTF8 = MailboxLayout(encoding: .utf8)
    static let fs = MailboxLayout(kind: .fs)
    static let fsUTF8 = MailboxLayout(kind: .fs, encoding: .utf8)

    @Test(
        "a name becomes the directory that Dovecot has for it",
        arguments: [
            // name, Maildir++, the same in UTF-8, fs, the same in UTF-8
            ("INBOX", "", "", "", ""),
            ("inBox", "", "", "", ""),
            ("a", ".a", ".a", "a", "a"),
            ("a/b/c", ".a.b.c", ".a.b.c", "a/b/c", "a/b/c"),
            ("inbox/x", ".INBOX.x", ".INBOX.x", "INBOX/x", "INBOX/x"),
            ("a/inbox", ".a.inbox", ".a.inbox", "a/inbox", "a/inbox"),
            ("INBOXes", ".INBOXes", ".INBOXes", "INBOXes", "INBOXes"),
            ("R&D", ".R&-D", ".R&D", "R&-D", "R&D"),
            ("é/ü", ".&AOk-.&APw-", ".é.ü", "&AOk-/&APw-", "é/ü"),
            ("Zoë & 日本", ".Zo&AOs- &- &ZeVnLA-", ".Zoë & 日本", "Zo&AOs- &- &ZeVnLA-", "Zoë & 日本"),
            (" spaces ", ". spaces ", ". spaces ", " spaces ", " spaces "),
            ("a~b", ".a~b", ".a~b", "a~b", "a~b"),
            ("*%", ".*%", ".*%", "*%", "*%"),
        ])
    func directories(name: String, plusPlus: String, plusPlusUTF8: String, fs: String, fsUTF8: String) throws
    {
        let parsed = try mailbox(name)
        #expect(try parsed.directoryName(Self.plusPlus) == plusPlus)
        #expect(try parsed.directoryName(Self.plusPlusUTF8) == plusPlusUTF8)
        #expect(try parsed.directoryName(Self.fs) == fs)
        #expect(try parsed.directoryName(Self.fsUTF8) == fsUTF8)
    }

    @Test(
        "a hostile name is refused, with a reason",
        arguments: [
            ("", MailboxNameError.Reason.empty), ("/", .emptyLevel), ("/etc", .emptyLevel),
            ("a/", .emptyLevel),
            ("a//b", .emptyLevel), (".", .dots), ("..", .dots), ("../x", .dots), ("a/../../b", .dots),
            ("a/./b", .dots), ("a\0b", .controlCharacter), ("\0", .controlCharacter),
            ("a\nb", .controlCharacter),
            ("a\tb", .controlCharacter), ("a\u{7F}", .controlCharacter), ("a\u{85}b", .controlCharacter),
            ("a\u{2028}b", .controlCharacter), ("a\u{2029}", .controlCharacter), ("~root", .tilde),
            ("~", .tilde),
            ("~/x", .tilde), (String(repeating: "x", count: 1001), .tooLong),
            (String(repeating: "é", count: 501), .tooLong),
        ])
    func hostile(name: String, reason: MailboxNameError.Reason) throws {
        #expect(throws: MailboxNameError.self) { try mailbox(name) }
        do {
            _ = try mailbox(name)
        } catch let error as MailboxNameError {
            #expect(error.reason == reason)
            #expect(error.description.utf8.count < 200)
            #expect(
                !error.description.unicodeScalars.contains {
                    $0.value < 0x20 || $0.value == 0x7F || $0.value == 0x85
                })
        }
    }

    @Test(
        "what one layout cannot hold is refused there",
        arguments: [
            ("a.b", MailboxLayout.Kind.maildirPlusPlus, MailboxNameError.Reason.dotInLevel),
            (".a", .maildirPlusPlus, .dotInLevel), ("a/b.c", .maildirPlusPlus, .dotInLevel),
            ("DOVECOT-TRASHED", .maildirPlusPlus, .reserved), ("cur", .fs, .reserved),
            ("a/new", .fs, .reserved),
            ("tmp/a", .fs, .reserved), ("maildirsize", .fs, .reserved), ("subscriptions", .fs, .reserved),
            ("dovecot-uidlist", .fs, .reserved), ("Dovecot-x", .fs, .reserved),
        ])
    func layoutBound(name: String, kind: MailboxLayout.Kind, reason: MailboxNameError.Reason) throws {
        let parsed = try mailbox(name)
        let other: MailboxLayout.Kind = kind == .fs ? .maildirPlusPlus : .fs
        do {
            let directory = try parsed.directoryName(MailboxLayout(kind: kind))
            Issue.record("became \(directory)")
        } catch {
            #expect(error.reason == reason)
        }
        if kind == .fs || reason != .reserved {
            #expect(throws: Never.self) { try parsed.directoryName(MailboxLayout(kind: other)) }
        }
    }

    @Test("a directory's name has at most 255 bytes, after encoding")
    func componentLength() throws {
        let long = String(repeating: "x", count: 255)
        #expect(try mailbox(long).directoryName(Self.fs) == long)
        #expect(throws: MailboxNameError.self) { try mailbox(long).directoryName(Self.plusPlus) }
        #expect(throws: MailboxNameError.self) { try mailbox(long + "x").directoryName(Self.fs) }
        let levels = Array(repeating: String(repeating: "x", count: 90), count: 3).joined(separator: "/")
        #expect(throws: Never.self) { try mailbox(levels).directoryName(Self.fs) }
        #expect(throws: MailboxNameError.self) { try mailbox(levels).directoryName(Self.plusPlus) }
        let wide = String(repeating: "日", count: 85)
        #expect(throws: Never.self) { try mailbox(wide).directoryName(Self.fsUTF8) }
        #expect(throws: Never.self) { try mailbox(wide).directoryName(Self.fs) }
        let mixed = String(repeating: "aé", count: 80)
        #expect(throws: MailboxNameError.self) { try mailbox(mixed).directoryName(Self.fs) }
    }

    @Test("the separator is the caller's, and then / is no part of a level")
    func separators() throws {
        let dot = UInt8(ascii: ".")
        #expect(try MailboxName("a.b", separator: dot).levels == ["a", "b"])
        #expect(try MailboxName("a.b", separator: dot) == mailbox("a/b"))
        #expect(throws: MailboxNameError.self) { try MailboxName("a/b", separator: dot) }
        #expect(throws: MailboxNameError.self) { try MailboxName("..", separator: dot) }
        #expect(throws: MailboxNameError.self) { try MailboxName("../../etc", separator: UInt8(ascii: "\\")) }
    }

    @Test("names are equal if their bytes are")
    func equality() throws {
        #expect(try mailbox("inbox") == .inbox)
        #expect(MailboxName.inbox.isInbox)
        #expect(try !mailbox("INBOX/a").isInbox)
        #expect(try mailbox("\u{E9}") != mailbox("e\u{301}"))
        #expect(try Set([mailbox("a/b"), mailbox("a/b"), mailbox("ab")]).count == 2)
        #expect(try mailbox("a/b").text == "a/b")
    }

    @Test("whatever the text, no component leads out of the root")
    func property() {
        var numbers = SeededNumbers(seed: 1)
        var accepted = 0
        for _ in 0..<20_000 {
            let text = numbers.text(upTo: 12)
            let separator = Array("/.\\".utf8).randomElement(using: &numbers) ?? 0
            guard let name = try? MailboxName(text, separator: separator) else { continue }
            if name.levels.isEmpty { Issue.record("\(text.debugDescription) has no levels") }
            for layout in [Self.plusPlus, Self.plusPlusUTF8, Self.fs, Self.fsUTF8] {
                guard let components = try? name.components(in: layout) else { continue }
                accepted += 1
                for component in components {
                    let isHarmless =
                        !component.isEmpty && component != "." && component != ".."
                        && component.utf8.count <= 255
                        && component.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") }
                    if !isHarmless {
                        Issue.record("\(text.debugDescription) became \(component.debugDescription)")
                    }
                }
            }
        }
        #expect(accepted > 10_000)
    }
}
