import MailMessage
import Platform
import Testing

@testable import Sieve

@Suite("Compiled images")
struct CompiledImageTests {
    private static let script: [UInt8] = {
        var text = "require [\"fileinto\", \"variables\"];\n"
        for rule in 0..<8 {
            text += "if header :contains \"subject\" \"topic \(rule)\" { fileinto \"f\(rule)\"; }\n"
        }
        return [UInt8](
            (text + "if header :is \"from\" \"x\" { stop; }\nset \"a\" \"b\"; fileinto \"${a}\";\n").utf8)
    }()

    private let compiler = SieveCompiler()

    private func image() throws -> SharedBytes {
        let program = try #require(compiler.compile(Self.script, name: "s").program)
        return try #require(compiler.image(of: program, source: Self.script))
    }

    private func run(_ program: Program) -> SieveResult {
        let message = SharedBytes([UInt8]("Subject: topic 5\n\n".utf8))
        let input = SieveInput(
            message: Message(message), size: message.count,
            envelope: SieveEnvelope(sender: "", recipient: "a@b"))
        return ScriptSequence([program]).run(on: input, host: TestHost())
    }

    @Test("an image gives the script's program again, with its lines")
    func isRead() throws {
        let program = try #require(compiler.program(from: try image(), source: Self.script, name: "s"))
        let result = run(program)
        #expect(result.actions.map(\.summary) == ["fileinto f5", "fileinto b"])
        #expect(result.actions.map(\.line) == [7, 11])
        #expect(result.actions.map(\.script) == ["s", "s"])
    }

    @Test("an image is of one script, one set of limits and one set of extensions")
    func isOfOneScript() throws {
        let image = try image()
        var other = Self.script
        other[other.count - 4] ^= 1
        #expect(compiler.program(from: image, source: other, name: "s") == nil)
        #expect(compiler.program(from: image, source: Self.script + [0x0A], name: "s") == nil)
        var limits = SieveLimits()
        limits.variables = 7
        #expect(
            SieveCompiler(limits: limits).program(from: image, source: Self.script, name: "s") == nil)
        #expect(
            SieveCompiler(enabledExtensions: ["fileinto", "variables"]).program(
                from: image, source: Self.script, name: "s") == nil)
    }

    @Test("an image with any octet changed is none")
    func refusesDamage() throws {
        let whole = try image()
        let octets = whole.array(0..<whole.count)
        for index in octets.indices {
            var damaged = octets
            damaged[index] ^= 1 << UInt8(index % 8)
            #expect(
                compiler.program(from: SharedBytes(damaged), source: Self.script, name: "s") == nil,
                "octet \(index)")
        }
    }

    @Test("an image that is cut off, or has something behind it, is none")
    func refusesPieces() throws {
        let whole = try image()
        let octets = whole.array(0..<whole.count)
        for count in 0..<octets.count {
            #expect(
                compiler.program(from: SharedBytes([UInt8](octets[..<count])), source: Self.script, name: "s")
                    == nil)
        }
        #expect(
            compiler.program(from: SharedBytes(octets + [0, 0, 0, 0]), source: Self.script, name: "s") == nil)
    }

    @Test("an index that somebody made up neither traps nor runs for ever", arguments: 0..<20)
    func survivesForgery(_ seed: UInt64) throws {
        let program = try #require(compiler.compile(Self.script, name: "s").program)
        let words = try #require(program.rules).index.octets
        let original: [UInt32] = {
            let span = words.words
            return span.indices.map { span[$0] }
        }()
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func random() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state >> 11
        }
        var ran = 0
        for _ in 0..<400 {
            var forged = original
            for _ in 0...(random() % 4) {
                let place = Int(random() % UInt64(forged.count))
                forged[place] =
                    random() % 2 == 0 ? UInt32(random() % 300) : UInt32(truncatingIfNeeded: random())
            }
            guard let index = RuleIndex(SharedBytes(words: forged)) else { continue }
            let forgery = Program(
                name: "s", index: index, pieces: PiecewiseScript(compiler: compiler, source: Self.script))
            let result = run(forgery)
            #expect(!result.actions.isEmpty)
            ran += 1
        }
        #expect(ran > 100)
    }

    @Test("a script whose commands depend on one another has no image")
    func refusesJoinedCommands() throws {
        let source = [UInt8]("require \"ihave\";\n".utf8) + Self.script
        let program = try #require(compiler.compile(source, name: "s").program)
        #expect(program.rules != nil)
        #expect(compiler.image(of: program, source: source) == nil)
    }

    @Test("a short script has no image")
    func refusesShortScripts() throws {
        let source = [UInt8]("keep;".utf8)
        let program = try #require(compiler.compile(source, name: "s").program)
        #expect(compiler.image(of: program, source: source) == nil)
    }
}
