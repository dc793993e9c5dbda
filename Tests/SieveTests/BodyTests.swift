import MailMessage
import Platform
import Testing

@testable import Sieve

@Suite("body (RFC 5173)")
struct BodyTests {
    static let message = """
        Subject: s
        Content-Type: multipart/mixed; boundary=outer

        The preamble.
        --outer
        Content-Type: multipart/alternative; boundary=inner

        The inner preamble.
        --inner
        Content-Type: text/plain; charset=iso-8859-1
        Content-Transfer-Encoding: quoted-printable

        Gr=FC=DFe, plain
        --inner
        Content-Type: text/html; charset=utf-8
        Content-Transfer-Encoding: base64

        PGh0bWw+PGJvZHk+SGVsbG8sIDxiPkhUTUw8L2I+PC9ib2R5PjwvaHRtbD4=
        --inner--
        The inner epilogue.
        --outer
        Content-Type: message/rfc822

        From: someone@example.org
        Subject: inner

        Please answer.
        --outer
        Content-Type: application/octet-stream
        Content-Transfer-Encoding: base64

        U0VDUkVU
        --outer
        Content-Type: text/plain/odd

        Odd text
        --outer
        Content-Type: text/x-strange
        Content-Transfer-Encoding: x-unknown

        Strange text
        --outer--
        The epilogue.

        """

    private func truth(_ test: String, _ message: String = message) -> Bool? {
        holds(test, require: "body relational variables comparator-i;ascii-numeric") { $0.message = message }
    }

    @Test(
        ":raw is the body as it stands (§5.1)",
        arguments: [
            ("body :raw :contains \"--outer\"", true),
            ("body :raw :contains \"boundary=inner\"", true),
            ("body :raw :contains \"Gr=FC=DFe\"", true),
            ("body :raw :contains \"SECRET\"", false),
            ("body :raw :contains \"Subject: s\"", false),
            ("body :raw :matches \"The preamble.*The epilogue.*\"", true),
            ("body :raw :count \"eq\" \"1\"", true),
        ])
    func raw(_ test: String, _ expected: Bool) {
        #expect(truth(test) == expected, "\(test)")
    }

    @Test(
        ":content looks at the parts of a type, decoded (§5.2)",
        arguments: [
            ("body :content \"text/plain\" :contains \"Grüße, plain\"", true),
            ("body :content \"TEXT/Plain\" :contains \"Grüße, plain\"", true),
            ("body :content \"text/html\" :contains \"<b>HTML</b>\"", true),
            ("body :content \"text/plain\" :contains \"HTML\"", false),
            ("body :content \"text\" :contains \"HTML\"", true),
            ("body :content [\"image\", \"text\"] :contains \"HTML\"", true),
            ("body :content \"\" :contains \"SECRET\"", true),
            ("body :content \"application\" :is \"SECRET\"", true),
            ("body :content \"text\" :contains \"SECRET\"", false),
            ("body :content \"text/\" :contains \"\"", false),
            ("body :content \"/plain\" :contains \"\"", false),
            ("body :content \"text/plain/odd\" :contains \"\"", false),
            ("body :content \"text/plain\" :contains \"Odd\"", false),
            ("body :content \"\" :contains \"Odd\"", true),
            ("body :content \"image\" :contains \"\"", false),
            // The parts of a message within the message have types of their own.
            ("body :content \"text/plain\" :contains \"Please answer.\"", true),
            ("body :content \"multipart\" :contains \"The preamble.\"", true),
            ("body :content \"multipart\" :contains \"The inner preamble.\"", true),
            ("body :content \"multipart\" :contains \"The inner epilogue.\"", true),
            ("body :content \"multipart\" :contains \"The epilogue.\"", true),
            ("body :content \"multipart\" :contains \"--inner\"", false),
            ("body :content \"multipart/mixed\" :contains \"The inner\"", false),
            ("body :content \"message/rfc822\" :contains \"Please\"", false),
            (
                "body :content \"message/rfc822\" :is text:\nFrom: someone@example.org\nSubject: inner\n.\n",
                true
            ),
            ("body :content \"text\" :count \"eq\" :comparator \"i;ascii-numeric\" \"4\"", true),
        ])
    func content(_ test: String, _ expected: Bool) {
        #expect(truth(test) == expected, "\(test)")
    }

    @Test(
        ":text is what a person reads, and the default (§5.3)",
        arguments: [
            ("body :contains \"Grüße, plain\"", true),
            ("body :text :contains \"Hello, HTML\"", true),
            ("body :text :contains \"<b>\"", false),
            ("body :text :contains \"Please answer.\"", true),
            ("body :text :contains \"SECRET\"", false),
            ("body :text :contains \"preamble\"", false),
            ("body :text :contains \"Odd\"", false),
            ("body :text :contains \"Strange\"", false),
            ("body :text \"Please answer.\"", true),
            ("body :text \"Please\"", false),
        ])
    func text(_ test: String, _ expected: Bool) {
        #expect(truth(test) == expected, "\(test)")
    }

    @Test(
        "a message that ends with its header has no body, not even an empty one (§3)",
        arguments: [
            ("Subject: s\n", false), ("Subject: s", false), ("Subject: s\r\n", false), ("", false),
            ("Subject: s\n\n", true), ("Subject: s\r\n\r\n", true), ("\n", true), ("Subject: s\n\nx", true),
        ])
    func missing(_ message: String, _ expected: Bool) {
        for transform in [":raw", ":content \"\"", ":text"] {
            #expect(truth("body \(transform) :contains \"\"", message) == expected, "\(transform)")
            #expect(truth("body \(transform) :matches \"*\"", message) == expected, "\(transform)")
        }
    }

    @Test("line ends are CRLF, whatever they are in the file", arguments: ["\n", "\r\n"])
    func lineEnds(_ end: String) {
        let message = ["Subject: s", "", "a", "b", ""].joined(separator: end)
        for transform in [":raw", ":content \"text\"", ":text"] {
            #expect(truth("body \(transform) :is text:\na\nb\n.\n", message) == true, "\(transform)")
        }
    }

    @Test("match variables are neither set nor cleared (§6)")
    func captures() {
        var test = SieveCase(
            """
            require ["body", "variables", "fileinto"];
            if body :raw :matches "*Please*" { fileinto "[${1}]"; }
            if header :matches "subject" "*" {}
            if body :raw :matches "*Please*" { fileinto "[${1}]"; }
            if body :raw :matches "*nowhere*" {} else { fileinto "(${1})"; }
            """)
        test.message = Self.message
        #expect(test.outcome() == ["fileinto []", "fileinto [s]", "fileinto (s)"])
    }

    @Test("an edited header makes no difference")
    func editedHeader() {
        var test = SieveCase(
            """
            require ["body", "editheader", "fileinto"];
            addheader "X-Secret" "hidden";
            if body :raw :contains "hidden" { fileinto "A"; }
            if body :contains "Please answer." { fileinto "B"; }
            """)
        test.message = Self.message
        #expect(test.outcome() == ["fileinto B"])
    }

    @Test("what goes beyond the memory for bodies is not looked at, and the trace says so")
    func memory() {
        var test = SieveCase(
            """
            require ["body", "fileinto"];
            if body :raw :contains "begin" { fileinto "A"; }
            if body :raw :contains "end" { fileinto "B"; }
            if body :text :contains "begin" { fileinto "C"; }
            """)
        test.message = "Subject: s\n\nbegin" + String(repeating: "x", count: 5000) + "end\n"
        test.limits.bodyBytes = 2000
        // The second value has half the room of the first, and begins as that does.
        #expect(test.outcome() == ["fileinto A", "fileinto C"])
        #expect(test.notes().first == "a body of 5009 octets is only looked at in part")
        test.limits.bodyBytes = 1 << 20
        #expect(test.outcome() == ["fileinto A", "fileinto B", "fileinto C"])
        test.limits.bodyBytes = -1
        #expect(test.outcome() == ["keep*"])
    }

    @Test("a body is decoded once, however many tests look at it")
    func caching() {
        let tests = String(repeating: "if body :contains \"nothing\" {} ", count: 50)
        var test = SieveCase("require \"body\"; \(tests)")
        test.message = "Subject: s\n\n" + String(repeating: "text ", count: 20_000)
        // Each test compares, but none decodes again.
        test.limits.steps = 51 * 100_000 + 20_000
        #expect(test.outcome() == ["keep*"])
    }

    @Test(
        "errors are found when the script is compiled",
        arguments: [
            ("body", ["missing-argument"]), ("body 3", ["wrong-argument"]),
            ("body \"a\" \"b\"", ["unexpected-argument"]), ("body :frop \"a\"", ["unknown-tag"]),
            ("body :content", ["missing-argument"]), ("body :content \"a\"", ["missing-argument"]),
            ("body :content 3 \"a\"", ["wrong-argument"]),
            ("body :content :contains \"a\"", ["misplaced-tag"]),
            ("body :content \"a\" :raw \"a\"", ["repeated-tag"]),
            ("body :content \"text/\" \"a\"", ["warning unsuitable-content-type"]),
            ("body :content \"text/*\" \"a\"", ["warning unsuitable-content-type"]),
            ("body :content [\"\", \"a\", \"a/b\"] \"a\"", []),
        ])
    func errors(_ test: String, _ expected: [String]) {
        #expect(SieveCase.codes("require \"body\"; if \(test) {}") == expected, "\(test)")
    }

    @Test("any octets make a body that can be looked at")
    func properties() {
        var random = SeededGenerator(11)
        let base = [UInt8](Self.message.utf8)
        let script = """
            require ["body", "fileinto"];
            if body :raw :contains "e" { fileinto "A"; }
            if body :content ["text", "multipart", "message"] :matches "*e*" { fileinto "B"; }
            if body :text :contains "a" { fileinto "C"; }
            """
        guard let program = SieveCompiler().compile([UInt8](script.utf8), name: "s").program else {
            Issue.record("does not compile")
            return
        }
        for _ in 0..<300 {
            var bytes = base
            for _ in 0..<Int.random(in: 1..<40, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.insert(contentsOf: "\n--outer\n".utf8, at: place)
                }
            }
            let input = SieveInput(
                message: Message(SharedBytes(bytes)), size: bytes.count,
                envelope: SieveEnvelope(sender: "", recipient: "a@b.org"))
            let result = ScriptSequence([program]).run(on: input, host: TestHost())
            #expect(result.failure == nil)
        }
    }
}
