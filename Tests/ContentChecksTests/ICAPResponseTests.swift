import Platform
import TestSupport
import Testing

@testable import ContentChecks

@Suite("a response of ICAP")
struct ICAPResponseTests {
    private func head(_ lines: String...) throws(ICAPHead.Problem) -> ICAPHead {
        try ICAPHead((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    /// What a reader makes of octets that come in pieces of this size.
    private func read(
        _ octets: [UInt8], pieces: Int = .max, message: [UInt8] = [], continues: Bool = false
    ) throws(ICAPHead.Problem) -> ICAPReader {
        var reader = ICAPReader()
        reader.mayContinue = continues
        var rest = octets[...]
        while !rest.isEmpty {
            let piece = rest.prefix(pieces)
            rest = rest.dropFirst(piece.count)
            try reader.take(Array(piece), message: message.span)
        }
        return reader
    }

    // MARK: - Heads

    @Test("a head is a status and fields, whose names are not sensitive to case, and which may be folded")
    func heads() throws {
        let head = try head(
            "ICAP/1.0 200 OK", "METHODS:RESPMOD , REQMOD", "X-Violations-Found: 1", "\tfile", " Some.Virus ",
            "Methods: \t OTHER\t", "Empty:")
        #expect(head.status == 200)
        #expect(head.list("methods") == ["respmod", "reqmod", "other"])
        #expect(
            head.field("x-violations-found")?.lines == [
                Array("1".utf8), Array("file".utf8), Array("Some.Virus".utf8),
            ])
        #expect(head.field("empty")?.lines == [[]])
        #expect(head.field("missing") == nil)
        #expect(try ICAPHead("ICAP/1.0 204\nA: b\n\n".utf8).status == 204)
    }

    @Test(
        "what is no head is told",
        arguments: [
            "", "\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n", "ICAP/1.0\r\n\r\n", "ICAP/1.0 2000 OK\r\n\r\n",
            "ICAP/1.0 20 OK\r\n\r\n", "ICAP/1.0 -20 OK\r\n\r\n", "ICAP/1.0 999 OK\r\n\r\n",
            "ICAP/2.0 200 OK\r\n\r\n", "ICAP/1.0 200 OK\r\n folded\r\n\r\n",
            "ICAP/1.0 200 OK\r\nno field\r\n\r\n",
            "ICAP/1.0 200 OK\r\n: no name\r\n\r\n",
        ])
    func noHead(text: String) {
        #expect(throws: ICAPHead.Problem.self) { try ICAPHead(text.utf8) }
    }

    @Test("a head has so many lines and octets and no more")
    func limits() throws {
        let many = "ICAP/1.0 200 OK\r\n" + String(repeating: "A: b\r\n", count: 300) + "\r\n"
        #expect(throws: ICAPHead.Problem.self) { try read(Array(many.utf8)) }
        let long = "ICAP/1.0 200 OK\r\nA: " + String(repeating: "x", count: 40_000)
        #expect(throws: ICAPHead.Problem.self) { try read(Array(long.utf8), pieces: 1000) }
    }

    // MARK: - Findings

    @Test(
        "what scanners say that they found",
        arguments: [
            ("X-Infection-Found: Type=0; Resolution=2; Threat=Eicar;", ICAPFinding.virus(name: "Eicar")),
            ("x-infection-found: threat=a=b", .virus(name: "a=b")),
            ("X-Infection-Found: Type=1; Resolution=0; Threat=Policy.Rule;", .virus(name: "Policy.Rule")),
            ("X-Infection-Found: Type=2; Resolution=0; Threat=Too.Deep;", .unseen("Too.Deep")),
            ("X-Infection-Found: Type=99999999999999999999; Threat=X", .virus(name: "X")),
            ("X-Infection-Found:", .virus(name: "unnamed")),
            ("X-Infection-Found: ;;=;Threat", .virus(name: "unnamed")),
            ("X-Violations-Found: 1\r\n\tfile\r\n\tEicar\r\n\t0\r\n\t0", .virus(name: "Eicar")),
            ("X-Violations-Found: 2", .virus(name: "unnamed")),
            ("X-Violations-Found: many", .virus(name: "unnamed")),
            ("X-Virus-ID: EICAR Test", .virus(name: "EICAR Test")),
            ("X-Virus-Name: a\u{1B}b", .virus(name: "a?b")),
            ("X-Virus-ID: no threats\r\nX-Virus-Name: Eicar", .virus(name: "Eicar")),
            ("X-Virus-ID: Later\r\nX-Infection-Found: Threat=First", .virus(name: "First")),
        ])
    func findings(fields: String, finding: ICAPFinding) throws {
        #expect(ICAPFinding(try head("ICAP/1.0 200 OK", fields)) == finding)
    }

    @Test(
        "fields that say that nothing is found, or something else",
        arguments: [
            "X-Violations-Found: 0", "X-Virus-ID: no threats", "X-Virus-ID: No Threats", "X-Virus-ID:",
            "X-Virus-Name: none", "X-Virus: Eicar", "ISTag: \"x\"", "Y-X-Virus-ID: Eicar",
        ])
    func noFinding(fields: String) throws {
        #expect(ICAPFinding(try head("ICAP/1.0 200 OK", fields)) == nil)
    }

    // MARK: - Options

    @Test("what a service offers")
    func options() throws {
        let options = ICAPOptions(try ICAPHead(ICAPAnswer.options.utf8))
        #expect(options.method == .respmod && options.preview == 1024 && !options.closes)
        #expect(options.service == "Fake scanner" && options.tag == "\"tag-1\"" && !options.ignoresMessages)
    }

    @Test(
        "files are wanted in ways that go by their extension",
        arguments: [
            ("Transfer-Preview: *", 10, false), ("Transfer-Complete: *", nil, false),
            ("Transfer-Ignore: *", 10, true),
            ("Transfer-Ignore: gif, EML\r\nTransfer-Preview: *", 10, true),
            ("Transfer-Complete: eml\r\nTransfer-Ignore: *", nil, false),
            ("Transfer-Ignore: gif, jpeg\r\nTransfer-Preview: *", 10, false), ("X: y", 10, false),
        ] as [(String, Int?, Bool)])
    func transfer(fields: String, preview: Int?, ignores: Bool) throws {
        let options = ICAPOptions(try head("ICAP/1.0 200 OK", "Methods: RESPMOD", "Preview: 10", fields))
        #expect(options.preview == preview && options.ignoresMessages == ignores)
    }

    @Test("a service of the one method, of the other, of neither; with a preview that is none; that hangs up")
    func lessOptions() throws {
        #expect(ICAPOptions(try head("ICAP/1.0 200 OK", "Methods: reqmod")).method == .reqmod)
        #expect(ICAPOptions(try head("ICAP/1.0 200 OK", "Methods: REQMOD, RESPMOD")).method == .respmod)
        for field in ["Methods: LOGMOD", "Methods:", "X: y"] {
            #expect(ICAPOptions(try head("ICAP/1.0 200 OK", field)).method == nil)
        }
        for size in ["-1", "many", "", "99999999999999999999"] {
            #expect(ICAPOptions(try head("ICAP/1.0 200 OK", "Preview: \(size)")).preview == nil)
        }
        #expect(ICAPOptions(try head("ICAP/1.0 200 OK", "Connection: Close")).closes)
    }

    // MARK: - Whole responses

    @Test("a response in pieces of any size is the same one")
    func pieces() throws {
        let octets = message(lines: 5)
        let response = ICAPAnswer.message(octets, chunk: 7)
        for size in 1...response.count {
            let reader = try read(response, pieces: size, message: octets)
            #expect(reader.isComplete && reader.isUnchanged && reader.bodyCount == octets.count)
            #expect(reader.head?.status == 200 && reader.httpStatus == 200)
        }
        for count in 0..<response.count {
            #expect(try !read(Array(response.prefix(count)), message: octets).isComplete)
        }
    }

    @Test("a change anywhere in the body is seen")
    func changes() throws {
        let octets = message(lines: 5)
        for place in octets.indices {
            var changed = octets
            changed[place] ^= 1
            #expect(try !read(ICAPAnswer.message(changed, chunk: 13), message: octets).isUnchanged)
        }
        let longer = try read(ICAPAnswer.message(octets + [10]), message: octets)
        #expect(!longer.isUnchanged)
        let shorter = try read(ICAPAnswer.message(octets.dropLast()), message: octets)
        #expect(shorter.isComplete && shorter.isUnchanged && shorter.bodyCount == octets.count - 1)
    }

    @Test("a response without a body, with a trailer, with a request in it")
    func kinds() throws {
        let none = "ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0, null-body=19\r\n\r\nHTTP/1.1 200 OK\r\n\r\n"
        let withoutBody = try read(Array(none.utf8), pieces: 3)
        #expect(withoutBody.isComplete && withoutBody.httpStatus == 200 && withoutBody.bodyCount == 0)
        let trailer =
            "ICAP/1.0 200 OK\nEncapsulated: req-hdr=0, req-body=14\n\nPUT / HTTP/1.1A\n0\nX: y\nZ: z\n\n"
        var text = trailer
        text = text.replacing("HTTP/1.1A\n0", with: "HTTP/1.11\nA\n0")
        let withRequest = try read(Array(text.utf8), pieces: 1, message: Array("A".utf8))
        #expect(withRequest.isComplete && withRequest.httpStatus == nil && withRequest.isUnchanged)
        let nothing = try read(Array("ICAP/1.0 200 OK\r\n\r\n".utf8))
        #expect(nothing.isComplete)
    }

    @Test(
        "what is no response is told",
        arguments: [
            "ICAP/1.0 204 No Content\r\n\r\nmore", "ICAP/1.0 200 OK\r\n\r\nICAP/1.0 204 No Content\r\n\r\n",
            "ICAP/1.0 100 Continue\r\n\r\n", "ICAP/1.0 200 OK\r\nEncapsulated: x\r\n\r\n",
            "ICAP/1.0 200 OK\r\nEncapsulated: res-body=-1\r\n\r\n",
            "ICAP/1.0 200 OK\r\nEncapsulated: res-body=99999999999999999999\r\n\r\n",
            "ICAP/1.0 200 OK\r\nEncapsulated: res-body=1000000\r\n\r\n",
            "ICAP/1.0 200 OK\r\nEncapsulated: res-hdr=0\r\n\r\n",
            "ICAP/1.0 200 OK\r\nEncapsulated: res-body=0\r\n\r\n\r\n",
            "ICAP/1.0 200 OK\r\nEncapsulated: res-body=0\r\n\r\nx\r\n",
            "ICAP/1.0 200 OK\r\nEncapsulated: res-body=0\r\n\r\n-1\r\n",
            "ICAP/1.0 200 OK\r\nEncapsulated: res-body=0\r\n\r\nFFFFFFFFFFFFFFFFF\r\n",
            "ICAP/1.0 200 OK\r\nEncapsulated: res-body=0\r\n\r\n1\r\nab\r\n",
            "ICAP/1.0 200 OK\r\nEncapsulated: res-body=0\r\n\r\n0\r\n\r\nmore",
        ])
    func noResponse(text: String) {
        for size in [1, 5, .max] {
            #expect(throws: ICAPHead.Problem.self) { try read(Array(text.utf8), pieces: size) }
        }
    }

    @Test("a trailer has so many lines and no more; a line of a chunk's size so many octets")
    func moreLimits() {
        let start = "ICAP/1.0 200 OK\r\nEncapsulated: res-body=0\r\n\r\n"
        let lines = start + "0\r\n" + String(repeating: "A: b\r\n", count: 300)
        let line = start + "1;" + String(repeating: "x", count: 3000)
        for text in [lines, line] {
            #expect(throws: ICAPHead.Problem.self) { try read(Array(text.utf8)) }
        }
    }

    @Test("100 Continue is no response, and comes once")
    func continues() throws {
        let text = Array("ICAP/1.0 100 Continue\r\n\r\n".utf8)
        let reader = try read(text, pieces: 4, continues: true)
        #expect(reader.isContinued && reader.head == nil && !reader.isComplete)
        let followed = try read(text + Array(ICAPAnswer.clean.utf8), continues: true)
        #expect(followed.isContinued && followed.head?.status == 204 && followed.isComplete)
        #expect(throws: ICAPHead.Problem.self) { try read(text + text, continues: true) }
    }

    @Test("what follows an error is of no interest")
    func errors() throws {
        for status in [400, 403, 404, 500, 503] {
            let text = "ICAP/1.0 \(status) Sorry\r\nEncapsulated: opt-body=0\r\n\r\n<html>anything"
            let reader = try read(Array(text.utf8), pieces: 9)
            #expect(reader.isComplete && reader.head?.status == status)
        }
    }

    @Test("any octets are a response or none; how they are cut makes no difference")
    func total() {
        var random = SeededGenerator(seed: 52)
        let octets = message(lines: 3)
        let valid = ICAPAnswer.message(octets, chunk: 20)
        for _ in 0..<3000 {
            var text = valid
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let place = Int.random(in: 0..<text.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: text[place] = UInt8.random(in: 0...255, using: &random)
                case 1: text.remove(at: place)
                case 2: text.insert(contentsOf: random.bytes(upTo: 4), at: place)
                default: text.removeSubrange(place...)
                }
                if text.isEmpty { break }
            }
            func result(_ pieces: Int) -> [String] {
                do throws(ICAPHead.Problem) {
                    let reader = try read(text, pieces: pieces, message: octets)
                    return [
                        "\(reader.isComplete) \(reader.isUnchanged) \(reader.bodyCount)",
                        "\(String(describing: reader.head)) \(String(describing: reader.httpStatus))",
                    ]
                } catch {
                    return [error.reason]
                }
            }
            let whole = result(.max)
            #expect(result(1) == whole)
            #expect(result(Int.random(in: 2...50, using: &random)) == whole)
        }
    }
}
