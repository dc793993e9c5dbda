import Foundation
import Platform
import Testing

@testable import Maildir

@Suite("Keywords of messages")
struct KeywordsTests {
    static let impatient = MaildirOptions(lockWait: 60)

    @Test("a keyword gets a letter, which Dovecot's file explains")
    func assigned() throws {
        let place = try TemporaryDirectory()
        let root = try MailRoot(opening: place.mail, creating: true)
        let inbox = try root.folder(.inbox)
        let first = try deliver("x", to: inbox, flags: MessageFlags(imapFlags: ["work", "\\Seen", "$Junk"]))
        #expect(first.fileName.hasSuffix(":2,Sab"))
        #expect(first.warnings.isEmpty)
        #expect(try place.text("mail/dovecot-keywords") == "0 work\n1 $Junk\n")
        let second = try deliver("y", to: inbox, flags: MessageFlags(keywords: ["new", "WORK"]))
        #expect(second.fileName.hasSuffix(":2,ac"))
        #expect(try place.text("mail/dovecot-keywords") == "0 work\n1 $Junk\n2 new\n")
        #expect(place.names("mail") == ["cur", "dovecot-keywords", "new", "tmp"])
    }

    @Test("the file's time grows by a second at least whenever it changes")
    func growingTime() throws {
        let place = try TemporaryDirectory()
        let root = try MailRoot(opening: place.mail, creating: true)
        let inbox = try root.folder(.inbox)
        var last = 0
        for keyword in ["a", "b", "c"] {
            try deliver("x", to: inbox, flags: MessageFlags(keywords: [keyword]))
            let modified = try place.status("mail/dovecot-keywords").modified
            #expect(modified > last)
            last = modified
        }
        try deliver("x", to: inbox, flags: MessageFlags(keywords: ["a", "b"]))
        #expect(try place.status("mail/dovecot-keywords").modified == last)
    }

    @Test("a keyword for which no letter is left is dropped, with a warning")
    func full() throws {
        let place = try TemporaryDirectory()
        try place.makeMaildir("mail")
        try place.write((0..<26).map { "\($0) k\($0)\n" }.joined(), "mail/dovecot-keywords")
        let root = try MailRoot(opening: place.mail, creating: false)
        let message = try deliver(
            "x", to: root.folder(.inbox), flags: MessageFlags(keywords: ["k25", "more"]))
        #expect(message.fileName.hasSuffix(":2,z"))
        #expect(message.warnings.count == 1)
        #expect(message.warnings.first?.description.contains("more") == true)
        let plain = try deliver("x", to: root.folder(.inbox), flags: MessageFlags(keywords: ["more"]))
        #expect(plain.subdirectory == .new)
    }

    @Test("while somebody holds the lock, known keywords are used and new ones are dropped")
    func locked() throws {
        let place = try TemporaryDirectory()
        try place.makeMaildir("mail")
        try place.write("0 known\n", "mail/dovecot-keywords")
        try place.write("1:somewhere", "mail/dovecot-uidlist.lock")
        let root = try MailRoot(opening: place.mail, options: Self.impatient, creating: false)
        let inbox = try root.folder(.inbox)
        let known = try deliver("x", to: inbox, flags: MessageFlags(keywords: ["known"]))
        #expect(known.fileName.hasSuffix(":2,a") && known.warnings.isEmpty)
        let mixed = try deliver("x", to: inbox, flags: MessageFlags(.flagged, keywords: ["known", "new"]))
        #expect(mixed.fileName.hasSuffix(":2,Fa") && mixed.warnings.count == 1)
        #expect(try place.text("mail/dovecot-uidlist.lock") == "1:somewhere")
        #expect(try place.text("mail/dovecot-keywords") == "0 known\n")
    }

    @Test("a lock that was forgotten long ago is no obstacle")
    func leftover() throws {
        let place = try TemporaryDirectory()
        try place.makeMaildir("mail")
        // The one that guards the file itself is only ever taken by who has the other.
        try place.write("", "mail/dovecot-keywords.lock")
        let root = try MailRoot(opening: place.mail, options: Self.impatient, creating: false)
        let message = try deliver("x", to: root.folder(.inbox), flags: MessageFlags(keywords: ["k"]))
        #expect(message.fileName.hasSuffix(":2,a") && message.warnings.isEmpty)
        #expect(!place.exists("mail/dovecot-keywords.lock") && !place.exists("mail/dovecot-uidlist.lock"))
    }

    @Test("a keyword file that is a directory, a link or too large costs the keyword only", arguments: 0..<3)
    func broken(kind: Int) throws {
        let place = try TemporaryDirectory()
        try place.makeMaildir("mail")
        switch kind {
        case 0: try place.makeDirectory("mail/dovecot-keywords")
        case 1: try place.link("mail/dovecot-keywords", to: "/etc/passwd")
        default: try place.write(String(repeating: "0 x\n", count: 20_000), "mail/dovecot-keywords")
        }
        let root = try MailRoot(opening: place.mail, options: Self.impatient, creating: false)
        let message = try deliver("x", to: root.folder(.inbox), flags: MessageFlags(.seen, keywords: ["k"]))
        #expect(message.fileName.hasSuffix(":2,S"))
        #expect(message.warnings.count == 1)
    }

    @Test("a flag that cannot be is dropped, and the warning is one printable line")
    func impossible() throws {
        let place = try TemporaryDirectory()
        let root = try MailRoot(opening: place.mail, creating: true)
        let message = try deliver(
            "x", to: root.folder(.inbox), flags: MessageFlags(imapFlags: ["a\nb \u{1B}[31m"]))
        #expect(message.subdirectory == .new)
        #expect(message.warnings.map(\.description) == ["flag dropped: no IMAP flag can be called a?b ?[31m"])
    }

    @Test("many writers give every keyword one letter")
    func parallel() async throws {
        let place = try TemporaryDirectory()
        let path = place.mail
        _ = try MailRoot(opening: path, creating: true)
        let options = MaildirOptions(lockWait: 20_000)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<4 {
                group.addTask {
                    let root = try MailRoot(opening: path, options: options, creating: true)
                    for number in 0..<6 {
                        let inbox = try root.folder(.inbox)
                        let flags = MessageFlags(keywords: ["k\(worker)x\(number)"])
                        #expect(try deliver("x", to: inbox, flags: flags).warnings.isEmpty)
                    }
                }
            }
            try await group.waitForAll()
        }
        let lines = try place.text("mail/dovecot-keywords").split(separator: "\n")
        #expect(lines.count == 24)
        #expect(Set(lines.compactMap { $0.split(separator: " ").last }).count == 24)
        let letters = place.names("mail/cur").compactMap { $0.split(separator: ",").last }
        #expect(Set(letters).count == 24)
    }
}
