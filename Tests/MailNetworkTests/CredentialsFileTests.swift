import Platform
import TestSupport
import Testing

@testable import MailNetwork

@Suite struct CredentialsFileTests {
    private static func file(_ text: String) -> CredentialsFile { CredentialsFile(Array(text.utf8)) }

    static let lines: [(String, String?)] = [
        ("mx.example.org me secret", "secret"),
        ("MX.Example.ORG me secret", "secret"),
        ("mx.example.org:587 me secret", "secret"),
        ("mx.example.org:25 me secret", nil),
        ("* me secret", "secret"),
        ("*:587 me secret", "secret"),
        ("*:25 me secret", nil),
        ("mx.example.org ME secret", nil),
        ("mx.example.org you secret", nil),
        ("other.example.org me secret", nil),
        ("mx.example.org\tme\t  a b  c ", "a b  c "),
        ("  mx.example.org me secret\r", "secret"),
        ("mx.example.org me # no comment", "# no comment"),
        ("# mx.example.org me secret", nil),
        ("mx.example.org me", nil),
        ("mx.example.org me   ", nil),
        ("mx.example.org: me secret", nil),
        ("mx.example.org:0 me secret", nil),
        ("mx.example.org:65536 me secret", nil),
        ("mx.example.org:+587 me secret", nil),
        ("mx.example.org me sec\0ret", nil),
        ("mx.example.org me pässwörd", "pässwörd"),
        ("", nil),
    ]

    @Test("a line fits a host, a port and a user", arguments: lines)
    func line(text: String, password: String?) {
        #expect(Self.file(text).password(of: "me", at: "mx.example.org", port: 587) == password)
    }

    @Test(
        "addresses of IPv6 stand alone, or in brackets",
        arguments: ["::1 me secret", "[::1] me secret", "[::1]:25 me secret"])
    func addresses(text: String) {
        #expect(Self.file(text).password(of: "me", at: "::1", port: 25) == "secret")
    }

    @Test("the first line that fits counts")
    func order() {
        let file = Self.file("a.example you 1\na.example:26 me 2\na.example me 3\n* me 4\na.example me 5\n")
        #expect(file.password(of: "me", at: "a.example", port: 26) == "2")
        #expect(file.password(of: "me", at: "a.example", port: 25) == "3")
        #expect(file.password(of: "me", at: "b.example", port: 25) == "4")
        #expect(file.password(of: "you", at: "a.example", port: 25) == "1")
    }

    @Test("lines that make no sense are counted and passed over")
    func badLines() {
        let file = Self.file(
            "# passwords\n\nnonsense\na.example me secret\n[::1 me secret\n[::1]x me secret\n: a b")
        #expect(file.badLines == [3, 5, 6, 7])
        #expect(file.password(of: "me", at: "a.example", port: 25) == "secret")
    }

    @Test("any bytes are a file")
    func total() {
        var random = SeededGenerator(seed: 4)
        for _ in 0..<2000 {
            let bytes = random.bytes(upTo: 80)
            let file = CredentialsFile(bytes)
            let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            #expect(file.badLines.count <= lines.count)
            _ = file.password(of: "me", at: "a.example", port: 25)
        }
    }

    @Test("a file is taken from its owner alone")
    func ownFile() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("passwords", "a.example me secret\n", permissions: 0o600)
        #expect(try CredentialsFile(path: path).password(of: "me", at: "a.example", port: 25) == "secret")
        #expect(try CredentialsFile(path: path).path == path)
        try directory.setPermissions("passwords", 0o400)
        #expect(try CredentialsFile(path: path).badLines.isEmpty)
    }

    static let modes: [(UInt32, Bool)] = [
        (0o600, true), (0o400, true), (0o700, true), (0o640, false), (0o604, false), (0o644, false),
        (0o620, false), (0o602, false), (0o601, false), (0o660, false),
    ]

    @Test("a file that others can read or write is refused, whatever group it has", arguments: modes)
    func mode(mode: UInt32, isGood: Bool) throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("passwords", "a.example me secret\n", permissions: mode)
        // A user's own group may have others in it.
        let us = Identity(user: Identity.current().user, group: 4242)
        if isSuperuser { try directory.setOwner("passwords", 0, 77) }
        if isGood {
            #expect(throws: Never.self) { try CredentialsFile(path: path, identity: us) }
        } else {
            let problem = #expect(throws: CredentialsFile.Problem.self) {
                try CredentialsFile(path: path, identity: us)
            }
            #expect(problem?.description.contains("mode must be 0600") == true)
            #expect(problem?.description.contains("secret") == false)
        }
    }

    static let owners: [(UInt32, UInt32, UInt32, Bool)] = [
        (0, 0, 0o640, true), (0, 1000, 0o640, true), (0, 1001, 0o640, false), (0, 1000, 0o660, false),
        (1000, 1000, 0o600, true), (1000, 1000, 0o640, false), (1000, 0, 0o640, true),
        (1001, 1001, 0o600, false), (1001, 0, 0o600, false),
    ]

    @Test(
        "a file belongs to root, or to who reads it; root may give a group to read it",
        .enabled(if: isSuperuser),
        arguments: owners)
    func owner(user: UInt32, group: UInt32, mode: UInt32, isGood: Bool) throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("passwords", "a.example me secret\n", permissions: mode)
        try directory.setOwner("passwords", user, group)
        let us = Identity(user: 1000, group: 1000)
        let isTaken = (try? CredentialsFile(path: path, identity: us)) != nil
        #expect(isTaken == isGood)
    }

    @Test("links, directories, missing and huge files are refused, and the file is named")
    func others() throws {
        let directory = try TemporaryDirectory()
        let path = try directory.write("passwords", "a.example me secret\n", permissions: 0o600)
        try directory.link("link", to: path)
        try directory.makeDirectory("folder", permissions: 0o700)
        try directory.write("huge", String(repeating: "#", count: 1 << 20 + 1), permissions: 0o600)
        for name in ["link", "folder", "missing", "huge", "missing/passwords"] {
            let problem = #expect(throws: CredentialsFile.Problem.self) {
                try CredentialsFile(path: directory.path(name))
            }
            #expect(problem?.description.hasPrefix("credentials \(directory.path(name)): ") == true)
        }
        let link = #expect(throws: CredentialsFile.Problem.self) {
            try CredentialsFile(path: directory.path("link"))
        }
        #expect(link?.description.hasSuffix("it is a symbolic link") == true)
    }

    @Test("systemd's directory of credentials is used if ours is in it")
    func systemd() throws {
        let directory = try TemporaryDirectory()
        #expect(CredentialsFile.systemdPath(directory: directory.path) == nil)
        let path = try directory.write("postmaster-transport", "", permissions: 0o400)
        #expect(CredentialsFile.systemdPath(directory: directory.path) == path)
        #expect(CredentialsFile.systemdPath(directory: nil) == nil)
        #expect(CredentialsFile.systemdPath(directory: "relative") == nil)
    }
}
