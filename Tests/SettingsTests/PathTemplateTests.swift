import TestSupport
import Testing

@testable import Settings

@Suite struct PathTemplateTests {
    @Test(
        "what is known of a user is filled in",
        arguments: [
            ("~/Maildir", "/home/joe/Maildir"), ("~", "/home/joe"), ("%h", "/home/joe"),
            ("%h/x", "/home/joe/x"),
            ("/var/mail/%d/%n", "/var/mail/example.org/joe"), ("/var/mail/%u", "/var/mail/joe@example.org"),
            ("/a/%n.%d%%/~", "/a/joe.example.org%/~"), ("/plain", "/plain"), ("/é/%n", "/é/joe"),
        ])
    func expansion(_ text: String, _ path: String) throws {
        let template = try #require(PathTemplate(text))
        #expect(try template.expanded(user: "joe@example.org", home: "/home/joe") == path)
    }

    @Test("the root directory as a home adds no slash", arguments: [("~", "/"), ("%h", "/"), ("~/M", "/M")])
    func rootHome(_ text: String, _ path: String) throws {
        let template = try #require(PathTemplate(text))
        #expect(try template.expanded(user: "root", home: "/") == path)
    }

    @Test(
        "what is no template",
        arguments: [
            "", "Maildir", "./x", "../x", "~joe/x", "%n/x", "/%", "/%x", "/%U", "/a\0b", "/a\nb", "%hx",
            "/%{user}",
        ])
    func invalid(_ text: String) {
        #expect(PathTemplate(text) == nil)
    }

    @Test(
        "a user whose name would lead elsewhere has no path",
        arguments: [
            "", ".", "..", "../etc", "a/b", "/etc/passwd", "a\0b", "a\nb", ".hidden", "@", "..@example.org",
            "a@../b", "a@.",
        ])
    func hostileUsers(_ user: String) throws {
        for text in ["/mail/%d/%n", "/mail/%u%n%d", "~/%u/%d"] {
            let template = try #require(PathTemplate(text))
            #expect(throws: PathTemplate.Failure.self) { try template.expanded(user: user, home: "/home/a") }
        }
    }

    @Test("the last @ begins the domain")
    func quotedAt() throws {
        let template = try #require(PathTemplate("/%n|%d"))
        #expect(try template.expanded(user: "a@b@c", home: "") == "/a@b|c")
    }

    @Test("what the user does not have is told")
    func missing() throws {
        let domain = try #require(PathTemplate("/%d"))
        #expect(throws: PathTemplate.Failure.noDomain) { try domain.expanded(user: "joe", home: "/h") }
        let home = try #require(PathTemplate("~/x"))
        #expect(throws: PathTemplate.Failure.noHome) { try home.expanded(user: "joe", home: "") }
        #expect(throws: PathTemplate.Failure.noHome) { try home.expanded(user: "joe", home: "relative") }
    }

    @Test("a name is not expanded again, and a path does not grow without limit")
    func limits() throws {
        let template = try #require(PathTemplate("/%u/%n"))
        #expect(try template.expanded(user: "%h%d", home: "/h") == "/%h%d/%h%d")
        let name = String(repeating: "x", count: 255)
        #expect(try template.expanded(user: name, home: "/h") == "/\(name)/\(name)")
        #expect(throws: PathTemplate.Failure.unusableName) {
            try template.expanded(user: name + "x", home: "/h")
        }
        let long = try #require(PathTemplate("/" + String(repeating: "%u", count: 17)))
        #expect(throws: PathTemplate.Failure.tooLong) { try long.expanded(user: name, home: "/h") }
        #expect(PathTemplate("/" + String(repeating: "x", count: 4095)) == nil)
    }

    @Test("whatever the user, the path stays beneath the template's fixed beginning")
    func containment() throws {
        var generator = SeededGenerator(seed: 5)
        let template = try #require(PathTemplate("/mail/%d/%n/%u"))
        let pieces = ["a", "..", ".", "/", "@", "%", "\0", "é", "~", "\n", "b.c"]
        var expanded = 0
        for _ in 0..<5000 {
            let count = Int.random(in: 0...6, using: &generator)
            let user = (0..<count).compactMap { _ in pieces.randomElement(using: &generator) }.joined()
            guard let path = try? template.expanded(user: user, home: "/h") else { continue }
            expanded += 1
            let components = path.split(separator: "/", omittingEmptySubsequences: false)
            #expect(
                components.count == 5 && components.first == "" && components.dropFirst().first == "mail",
                "\(path)")
            #expect(
                !components.contains("..") && !components.contains(".") && !path.contains("\0"), "\(path)")
        }
        #expect(expanded > 50)
    }
}
