import MailMessage
import Platform
import Testing

@testable import Sieve

@Suite("replace, enclose (RFC 5703 §5, §6), convert (RFC 6558)")
struct ReplacementTests {
    private static let prefix = """
        require ["replace", "enclose", "convert", "foreverypart", "mime", "editheader", "variables", "body",
            "fileinto", "extracttext"];
        """

    private func stored(
        _ script: String, _ message: String = MimeTests.message,
        _ change: (inout SieveCase) -> Void = { _ in }
    ) -> [String] {
        var test = SieveCase(Self.prefix + script)
        test.message = message
        change(&test)
        return test.stored()
    }

    private static let simple =
        "Received: x\nFrom: a@b.org\nSubject: old\nContent-Type: text/html\n\n<p>Hi</p>\n"

    @Test("outside of loops the whole message is replaced, and its other fields stay (§5)")
    func whole() {
        #expect(
            stored("replace \"New text\";", Self.simple)
                == [
                    "Received: x\nFrom: a@b.org\nSubject: old\nMIME-Version: 1.0\n"
                        + "Content-Type: text/plain; charset=utf-8\n\nNew text\n"
                ])
        #expect(
            stored("replace :subject \"Neü\" :from \"Bob <bob@c.org>\" \"New\";", Self.simple)
                == [
                    "Received: x\nOriginal-From: a@b.org\nOriginal-Subject: old\n"
                        + "Subject: =?UTF-8?Q?Ne=C3=BC?=\nFrom: Bob <bob@c.org>\nMIME-Version: 1.0\n"
                        + "Content-Type: text/plain; charset=utf-8\n\nNew\n"
                ])
    }

    @Test(":mime gives an entity, of which the fields about content are taken (§5)")
    func entity() {
        let script = """
            replace :mime text:
            Content-Type: text/html; charset=utf-8
            Subject: not taken

            <p>New</p>
            .
            ;
            """
        #expect(
            stored(script, Self.simple)
                == [
                    "Received: x\nFrom: a@b.org\nSubject: old\nMIME-Version: 1.0\n"
                        + "Content-Type: text/html; charset=utf-8\n\n<p>New</p>\n"
                ])
    }

    @Test("in a loop the part is replaced, and nothing else changes (§5)")
    func part() {
        let expected = MimeTests.message.replacing(
            """
            Content-Type: image/png
            X-Test: E

            PNG
            """,
            with: """
                Content-Type: text/plain; charset=utf-8

                gone
                """)
        #expect(
            stored("foreverypart { if header :mime \"x-test\" \"E\" { replace \"gone\"; } }") == [expected])
    }

    @Test(
        "a multipart entity that is replaced takes its parts with it, and the loop goes on behind them (§5)")
    func multipart() {
        let script = """
            foreverypart {
                if header :mime :matches "x-test" "*" { set "all" "${all}${1}"; }
                if header :mime "x-test" "B" { replace "gone"; }
            }
            fileinto "${all}";
            set "all" "";
            foreverypart { if header :mime :matches "content-type" "*/*" { set "all" "${all} ${1}"; } }
            fileinto "${all}";
            """
        var test = SieveCase(Self.prefix + script)
        test.message = MimeTests.message
        #expect(test.outcome() == ["fileinto ABE", "fileinto  multipart text image"])
    }

    @Test("an outer loop goes on through what an inner one has replaced (§5)")
    func outerLoop() {
        let script = """
            foreverypart {
                if header :mime :matches "x-test" "*" { set "all" "${all}${1}"; } else { set "all" "${all}-"; }
                if header :mime "x-test" "A" {
                    foreverypart { if header :mime "x-test" ["B", "E"] { replace "gone"; } }
                }
            }
            fileinto "${all}";
            """
        var test = SieveCase(Self.prefix + script)
        test.message = MimeTests.message
        #expect(test.outcome() == ["fileinto A--"])
    }

    @Test("what has been replaced is what later tests see; actions before keep what they had")
    func visible() {
        let script = """
            fileinto "before";
            replace "New words";
            if body :contains "New words" { fileinto "A"; }
            if body :raw :contains "Hi" { fileinto "B"; }
            if header :mime :contenttype "content-type" "text/plain" { fileinto "C"; }
            """
        let all = stored(script, Self.simple)
        #expect(all.count == 3)
        #expect(all.first == Self.simple)
        #expect(all.last?.hasSuffix("\n\nNew words\n") == true)
    }

    @Test("an edited header stays edited")
    func edited() {
        let all = stored(
            "addheader \"X-New\" \"1\"; foreverypart { if header :mime \"x-test\" \"E\" { replace \"gone\"; } }"
        )
        #expect(all.first?.hasPrefix("X-New: 1\nFrom: Hal") == true)
        #expect(all.first?.contains("gone") == true)
        let whole = stored("addheader \"X-New\" \"1\"; replace \"x\"; addheader \"X-Y\" \"2\";", Self.simple)
        #expect(whole.first?.hasPrefix("X-Y: 2\nX-New: 1\nReceived: x\n") == true)
    }

    @Test("line ends are those of the message", arguments: ["\n", "\r\n"])
    func lineEnds(_ end: String) {
        let message = MimeTests.message.replacing("\n", with: end)
        for script in [
            "replace \"a\";", "foreverypart { if header :mime \"x-test\" \"C\" { replace \"ä\"; } }",
            "enclose \"a\";",
            "convert \"text/html\" \"text/plain\" [];".replacing("[]", with: "[\"charset=utf-8\"]"),
        ] {
            let result = stored(script, message).first ?? ""
            let bare = result.replacing(end, with: "")
            #expect(!bare.utf8.contains(0x0A) && !bare.utf8.contains(0x0D), "\(script)")
        }
    }

    @Test("a failure undoes what was replaced")
    func failing() {
        #expect(
            stored("replace \"x\"; set \"n\" \"a:\"; addheader \"${n}\" \"2\";", Self.simple) == [Self.simple]
        )
    }

    @Test("enclose attaches the message to a new one (§6)")
    func enclosing() throws {
        let result = try #require(
            stored(
                "addheader \"X-New\" \"1\"; enclose :subject \"Frü\" :headers [\"To\", \"From\", \"Content-Type\"] \"Look.\";",
                "To: t@b.org\n" + Self.simple
            ).first)
        let message = Message(SharedBytes([UInt8](result.utf8)))
        #expect(message.fields(named: "To").map { message.decodedBody($0) } == [[UInt8]("t@b.org".utf8)])
        #expect(message.fields(named: "From").map { message.decodedBody($0) } == [[UInt8]("a@b.org".utf8)])
        #expect(message.fields(named: "Subject").map { message.decodedBody($0) } == [[UInt8]("Frü".utf8)])
        #expect(message.count(named: "Date") == 1)
        #expect(message.count(named: "Content-Type") == 1)
        let root = message.structure()
        #expect("\(root.mediaType)/\(root.mediaSubtype)" == "multipart/mixed")
        #expect(root.children.map(\.mediaSubtype) == ["plain", "rfc822"])
        #expect(result.contains("X-New: 1\nTo: t@b.org\n" + Self.simple))
    }

    @Test("what :headers does not name is made anew (§6)")
    func synthesized() throws {
        let result = try #require(stored("enclose \"Look.\";", Self.simple).first)
        #expect(result.contains("From: bob+lists@example.net\n"))
        #expect(result.contains("Date: Fri, 20 Nov 2009 11:30:00 +0100\n"))
        #expect(result.hasPrefix("Date: "))
    }

    @Test("twice enclosed is enclosed twice; loops end where their parts are gone (§6)")
    func twice() {
        let script = """
            enclose "one"; enclose "two";
            foreverypart { if header :mime :matches "content-type" "*/*" { set "n" "${n}1"; } }
            fileinto "${n}";
            foreverypart { enclose "three"; if header :mime :type "content-type" "multipart" { fileinto "in"; } set "m" "${m}1"; }
            fileinto "${m}x";
            """
        var test = SieveCase(Self.prefix + script)
        test.message = Self.simple
        // mixed, plain, rfc822, mixed, plain, rfc822, html
        #expect(test.outcome() == ["fileinto 1111111", "fileinto in", "fileinto 1x"])
    }

    @Test("convert makes plain text of HTML, as a command and as a test (RFC 6558 §2, §3)")
    func converting() {
        #expect(
            stored("convert \"text/html\" \"text/plain\" \"charset=utf-8\";", Self.simple)
                == [
                    "Received: x\nFrom: a@b.org\nSubject: old\nMIME-Version: 1.0\n"
                        + "Content-Type: text/plain; charset=utf-8\n\nHi\n"
                ])
        let script = """
            if convert "TEXT/HTML" "text/plain" ["charset=UTF-8"] { fileinto "yes"; }
            if convert "text/html" "text/plain" [""] { fileinto "again"; }
            if convert "image/tiff" "image/png" ["pix-x=10"] { fileinto "none"; }
            if body :content "text/plain" :contains "Hello HTML text" { fileinto "text"; }
            """
        var test = SieveCase(Self.prefix + script)
        test.message = MimeTests.message
        #expect(test.outcome() == ["fileinto yes", "fileinto text"])
    }

    @Test("convert in a loop is about its part alone (RFC 6558 §2)")
    func convertingParts() {
        let message = """
            Content-Type: multipart/mixed; boundary=b

            --b
            Content-Type: text/html
            Content-ID: <1>

            <p>one
            --b
            Content-Type: text/html
            Content-ID: <2>

            <p>two
            --b--

            """
        let script = """
            foreverypart {
                if header :mime "content-id" "<2>" { convert "text/html" "text/plain" "charset=utf-8"; }
            }
            """
        #expect(
            stored(script, message)
                == [
                    message.replacing("text/html\nContent-ID: <2>\n\n<p>two", with: "X").replacing(
                        "Content-Type: X",
                        with: "Content-ID: <2>\nContent-Type: text/plain; charset=utf-8\n\ntwo")
                ])
        let both = stored("convert \"text/html\" \"text/plain\" \"charset=utf-8\";", message).first ?? ""
        #expect(both.contains("\n\none\n--b\n") && both.contains("\n\ntwo\n--b--\n"))
    }

    @Test("character sets become UTF-8")
    func charsets() {
        let message =
            "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\nGr=FCn\n"
        let all = stored("convert \"text/plain\" \"text/plain\" \"charset=utf-8\";", message)
        #expect(all.first?.contains("Gr=C3=BCn") == true)
        #expect(all.first?.contains("charset=utf-8") == true)
    }

    @Test("what the host converts is encoded for transport; what it cannot convert stays")
    func host() {
        struct Painter: SieveHost {
            func mailboxExists(_ name: String) -> Bool { false }
            func convert(
                _ content: [UInt8], from source: String, to target: String, parameters: [String]
            ) -> [UInt8]? {
                target == "image/jpeg" ? content.reversed() + [0, 255] : nil
            }
        }
        for (target, isConverted) in [("image/jpeg", true), ("image/gif", false)] {
            let source =
                Self.prefix + "if convert \"image/png\" \"\(target)\" \"pix-x=1\" { fileinto \"yes\"; }"
            let program = SieveCompiler().compile([UInt8](source.utf8), name: "s").program
            let message = Message(SharedBytes([UInt8](MimeTests.message.utf8)))
            let input = SieveInput(
                message: message, size: 0, envelope: SieveEnvelope(sender: "", recipient: "a@b.org"))
            let result = program.map { ScriptSequence([$0]).run(on: input, host: Painter()) }
            #expect(result?.actions.first?.name == (isConverted ? "fileinto" : "keep"))
            let text = result?.actions.first?.content?.bytes(limit: 10_000).text
            #expect((text?.contains("Content-Type: image/jpeg\n") ?? false) == isConverted)
            #expect((text?.contains("R05QAP8=") ?? false) == isConverted)
        }
    }

    @Test("a message that is too large is not put together anew")
    func limits() {
        for script in ["replace \"x\";", "enclose \"x\";", "convert \"text/html\" \"text/plain\" \"\";"] {
            var test = SieveCase(Self.prefix + script)
            test.message = Self.simple
            test.limits.rewrittenBytes = 20
            #expect(test.outcome().first == "keep*")
            #expect(test.stored() == [Self.simple])
        }
    }

    @Test(
        "errors are found when the script is compiled",
        arguments: [
            ("replace;", ["missing-argument"]), ("replace 1;", ["wrong-argument"]),
            ("replace :subject \"a\";", ["missing-argument"]),
            ("replace :from \"nobody\" \"a\";", ["invalid-address"]),
            ("replace :mime :mime \"a\";", ["repeated-tag"]),
            ("replace :mime :subject \"a\" \"b\";", ["warning ignored-tag"]),
            ("replace :text \"a\";", ["unknown-tag"]),
            ("enclose;", ["missing-argument"]), ("enclose :headers 1 \"a\";", ["wrong-argument"]),
            ("enclose :subject [\"a\"] \"b\";", ["wrong-argument"]),
            ("convert \"text/html\" \"text/plain\";", ["missing-argument"]),
            ("convert \"text\" \"text/plain\" \"\";", ["invalid-conversion"]),
            ("convert \"a/b\" \"c/d\" \"x\";", ["invalid-conversion"]),
            ("if convert \"a/b\" \"c/d\" \"=x\" {}", ["invalid-conversion"]),
        ])
    func errors(_ command: String, _ expected: [String]) {
        #expect(
            SieveCase.codes("require [\"replace\", \"enclose\", \"convert\"];\n\(command)") == expected,
            "\(command)")
    }

    @Test("whatever is replaced in whatever message, the result is a message with the rest of it")
    func properties() {
        var random = SeededGenerator(21)
        let base = [UInt8](MimeTests.message.utf8)
        let scripts = [
            "foreverypart { replace \"x\"; }", "foreverypart { foreverypart { replace \"x\"; } }",
            "foreverypart { if header :mime :type \"content-type\" \"text\" { replace \"--AA\"; } }",
            "enclose \"x\"; foreverypart { extracttext \"v\"; }",
            "foreverypart { convert \"text/html\" \"text/plain\" \"\"; replace :mime \"Content-Type: multipart/mixed\"; }",
        ]
        for round in 0..<300 {
            var bytes = base
            for _ in 0..<Int.random(in: 0..<30, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                if Bool.random(using: &random) {
                    bytes.remove(at: place)
                } else {
                    bytes.insert(10, at: place)
                }
            }
            let source = Self.prefix + scripts[round % scripts.count]
            guard let program = SieveCompiler().compile([UInt8](source.utf8), name: "s").program else {
                Issue.record("does not compile")
                return
            }
            let input = SieveInput(
                message: Message(SharedBytes(bytes)), size: bytes.count,
                envelope: SieveEnvelope(sender: "", recipient: "a@b.org"))
            let result = ScriptSequence([program]).run(on: input, host: TestHost())
            #expect(result.failure == nil)
        }
    }
}
