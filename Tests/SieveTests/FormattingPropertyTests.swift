import MailMessage
import Platform
import TestSupport
import Testing

@testable import Sieve

/// What a formatted script has in common with what it was made of, whatever that is.
@Suite("Formatting any script", .serialized)
struct FormattingPropertyTests {
    @Test("random scripts keep tokens, comments and what they do, and come to rest at once")
    func randomScripts() {
        var scripts = RandomScripts(seed: 41)
        var running = 0
        for _ in 0..<1500 {
            let script = scripts.next()
            guard let text = expectFaithful(script) else {
                Issue.record("\(SieveCase.diagnostics(script)) in \(script)")
                continue
            }
            let outcomes = [script, text].map(Self.outcome)
            #expect(outcomes[0] == outcomes[1], "\(script)")
            if outcomes[0]?.isEmpty == false { running += 1 }
        }
        print("formatted scripts: 1500 cases, \(running) of them ran")
        #expect(running > 1000)
    }

    @Test("token soup is formatted or left, and never traps")
    func tokenSoup() {
        let words = [
            "if", "else", "keep", ";", ";", "{", "}", "(", ")", "[", "]", ",", "\"a\"", "\"\r\n\"", ":tag",
            "7",
            "/*a*/", "/*\r\nb*/", "#c\n", "\n", "\r\n", "\r", " ", "\t", "text:\na\n.\n",
            "TEXT:#\r\n..\r\n.\r\n",
            "\u{FEFF}", "\u{0}", "'", "/", "*", "# rule:[r]\n", "}", "{", "keep;", "if true {", "x[\"a\",",
            "x(y,",
        ]
        var generator = SeededGenerator(42)
        var formatted = 0
        for _ in 0..<8000 {
            let count = Int.random(in: 1...12, using: &generator)
            var soup = ""
            for _ in 0..<count { soup += words.randomElement(using: &generator) ?? "" }
            if expectFaithful(soup) != nil { formatted += 1 }
        }
        print("soups: 8000 cases, \(formatted) of them formatted")
        #expect(formatted > 200)
    }

    @Test("random octets neither trap nor change")
    func randomOctets() {
        var generator = SeededGenerator(43)
        for _ in 0..<3000 {
            let count = Int.random(in: 0...60, using: &generator)
            let octets = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            let formatting = SieveFormatter().format(octets)
            #expect((formatting.text == nil) == formatting.diagnostics.contains { $0.severity == .error })
        }
    }

    @Test(
        "hostile scripts take time in proportion to their size",
        arguments: [
            ("", "keep;", ""), ("", "# a\n", ""), ("", "/**/", "keep;"), ("x [", "\"\",", "\"\"];"),
            ("x (", "y,", "y);"), ("x ", ":t ", ";"), ("x ", "1 ", ";"), ("", "\n", ""), ("", "x y(z);", ""),
            ("x ", "[\"a\"]", ";"), ("x (", "y[\"a\"]\"b\",", "z);"), ("", "x{}", ""), ("x \"", "\n", "\";"),
            ("x text:\n", "a\n", ".\n;"), ("/*", "\r", "\n*/"), ("#", " ", "a"), ("", "x/*\n*/;", ""),
            ("x [\"a\"", "/**/", "];"), ("x [\"a\"", "#\n", "];"), ("", "x text:\n.\n;", ""),
        ])
    func cost(head: String, unit: String, tail: String) {
        func time(_ size: Int) -> Int {
            let script = [UInt8]((head + String(repeating: unit, count: size / unit.utf8.count) + tail).utf8)
            return Patience.processorTime(leastOf: 3) {
                #expect(SieveFormatter().format(script).text != nil)
            }
        }
        // Quadratic work would take 64 times as long.
        let (small, large) = (time(5_000), time(40_000))
        #expect(large < small * 40 + 50_000, "\(small), \(large)")
    }

    /// Formats, checks what has to hold for every script, and gives the formatted one; nil where there is none.
    private func expectFaithful(_ script: String) -> String? {
        let source = [UInt8](script.utf8)
        let formatting = SieveFormatter().format(source)
        #expect((formatting.text == nil) == formatting.diagnostics.contains { $0.severity == .error })
        guard let text = formatting.text else { return nil }
        #expect(SieveFormatter().format(text).text == text, "not at rest: \(script)")
        #expect(Self.tokens(text) == Self.tokens(source), "\(script)")
        #expect(Self.comments(text) == Self.comments(source), "\(script)")
        #expect(Self.hasNoWhiteSpaceAtLineEnds(text), "\(script)")
        return String(decoding: text, as: UTF8.self)
    }

    /// What a script does; nil if it does not compile.
    private static func outcome(_ script: String) -> [String]? {
        var test = SieveCase(script)
        test.limits.steps = 100_000
        guard let result = test.result() else { return nil }
        return result.actions.map(\.summary) + (result.failure.map { ["failure \($0.message)"] } ?? [])
    }

    /// The tokens as they are written, names in lower case.
    private static func tokens(_ source: [UInt8]) -> [String] {
        var lexer = Lexer(source)
        var diagnostics = DiagnosticList(source: source, limit: 1)
        var tokens: [String] = []
        while true {
            let token = lexer.next(&diagnostics)
            guard token.kind != .end else { return tokens }
            let text = String(decoding: source[token.position.offset..<token.range.upperBound], as: UTF8.self)
            let isName = token.kind == .identifier || token.kind == .tag
            tokens.append("\(token.kind) \(isName ? text.lowercased() : text)")
        }
    }

    /// The comments, found in another way than the formatter finds them. White space at their ends, and how their
    /// lines end, does not count.
    private static func comments(_ source: [UInt8]) -> [String] {
        var search = CommentSearch(rest: String(decoding: source, as: UTF8.self).unicodeScalars[...])
        return search.comments()
    }

    /// Whether no line end outside of strings and comments has white space before it.
    private static func hasNoWhiteSpaceAtLineEnds(_ text: [UInt8]) -> Bool {
        let pieces = ScriptPieces(of: text)
        var end = pieces.hasByteOrderMark ? 3 : 0
        for piece in pieces.pieces {
            let gap = text[end..<piece.range.lowerBound]
            end = piece.range.upperBound
            guard let first = gap.first, gap.contains(0x0A) else { continue }
            guard first == 0x0A || first == 0x0D else { return false }
        }
        return true
    }
}

/// Looks for the comments of a valid script, by what may hide them: strings of both kinds.
private struct CommentSearch {
    var rest: Substring.UnicodeScalarView

    mutating func comments() -> [String] {
        var comments: [String] = []
        while let first = rest.first {
            if rest.starts(with: "/*".unicodeScalars) {
                comments.append(bracketComment())
            } else if first == "#" {
                let comment = take { $0 != "\n" }
                let end = comment.lastIndex { !" \t\r".unicodeScalars.contains($0) } ?? comment.startIndex
                comments.append(String(comment[...end]))
            } else if first == "\"" {
                skipQuotedString()
            } else if Self.isPartOfName(first) || first == ":" {
                skipName()
            } else {
                rest.removeFirst()
            }
        }
        return comments
    }

    private mutating func take(_ isTaken: (Unicode.Scalar) -> Bool) -> Substring.UnicodeScalarView {
        let taken = rest.prefix(while: isTaken)
        rest = rest[taken.endIndex...]
        return taken
    }

    private static func isPartOfName(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_": true
        default: false
        }
    }

    private mutating func bracketComment() -> String {
        var comment = String.UnicodeScalarView()
        rest = rest.dropFirst(2)
        while !rest.isEmpty, !rest.starts(with: "*/".unicodeScalars) {
            let scalar = rest.removeFirst()
            if scalar != "\r" { comment.append(scalar) }
        }
        rest = rest.dropFirst(2)
        return "/*" + String(comment)
    }

    private mutating func skipQuotedString() {
        rest.removeFirst()
        while let next = rest.first, next != "\"" { rest = rest.dropFirst(next == "\\" ? 2 : 1) }
        rest = rest.dropFirst()
    }

    /// A name or tag; with `text:` all of the string, up to a line of a single dot.
    private mutating func skipName() {
        if rest.first == ":" {
            rest.removeFirst()
            _ = take(Self.isPartOfName)
            return
        }
        guard String(take(Self.isPartOfName)).lowercased() == "text", rest.first == ":" else { return }
        var line = ""
        repeat {
            line = String(take { $0 != "\n" })
            rest = rest.dropFirst()
        } while !rest.isEmpty && line != "." && line != ".\r"
    }
}

/// Valid scripts with white space and comments wherever the grammar takes them (RFC 5228 §8.1).
struct RandomScripts {
    private var generator: SeededGenerator
    private var tokens: [String] = []
    /// Of the script that is being written.
    private var lineEnd = "\n"

    init(seed: UInt64) { generator = SeededGenerator(seed) }

    mutating func next() -> String {
        lineEnd = pick(["\n", "\n", "\r\n"])
        tokens = ["require", "["]
        let capabilities = [
            "fileinto", "copy", "variables", "relational", "imap4flags", "mailbox", "envelope", "subaddress",
            "encoded-character", "comparator-i;ascii-numeric",
        ]
        for (index, capability) in capabilities.enumerated() {
            if index > 0 { tokens.append(",") }
            tokens.append("\"\(capability)\"")
        }
        tokens += ["]", ";"]
        for _ in 0..<Int.random(in: 0...5, using: &generator) { command(depth: 3) }
        return script()
    }

    private mutating func pick(_ choices: [String]) -> String {
        choices.randomElement(using: &generator) ?? ""
    }

    private mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &generator) == 0 }

    // MARK: Tokens

    private mutating func command(depth: Int) {
        if depth > 0, chance(2) { return condition(depth: depth) }
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: tokens += ["keep"]
        case 1: tokens += ["Discard"]
        case 2: tokens += ["fileinto", pick([":copy", ":CREATE"]), text()]
        case 3: tokens += ["set", ":Lower", "\"a\"", text()]
        case 4:
            tokens.append("addflag")
            list()
        case 5: tokens += ["redirect", ":copy", "\"a@b.org\""]
        case 6:
            tokens += ["FileInto", ":flags"]
            list()
            tokens.append(text())
        default: tokens += ["stop"]
        }
        tokens.append(";")
    }

    private mutating func condition(depth: Int) {
        tokens.append("if")
        test(depth: depth)
        block(depth: depth)
        while chance(2) {
            tokens.append(pick(["elsif", "ElsIf"]))
            test(depth: depth)
            block(depth: depth)
        }
        if chance(2) {
            tokens.append("else")
            block(depth: depth)
        }
    }

    private mutating func block(depth: Int) {
        tokens.append("{")
        for _ in 0..<Int.random(in: 0...2, using: &generator) { command(depth: depth - 1) }
        tokens.append("}")
    }

    private mutating func test(depth: Int) {
        switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &generator) {
        case 0: tokens += ["true"]
        case 1: tokens += ["size", ":Over", pick(["10", "1K", "2m"])]
        case 2:
            tokens += ["header", pick([":contains", ":IS", ":matches"])]
            list()
            list()
        case 3:
            tokens += ["address", ":localpart", "\"to\""]
            list()
        case 4:
            tokens += ["not", "string", text(), text()]
        case 5, 6:
            tokens += [pick(["anyof", "allOf"]), "("]
            for index in 0...Int.random(in: 0...3, using: &generator) {
                if index > 0 { tokens.append(",") }
                test(depth: depth - 1)
            }
            tokens.append(")")
        default:
            tokens.append("not")
            test(depth: depth - 1)
        }
    }

    private mutating func list() {
        guard !chance(3) else { return tokens.append(text()) }
        tokens.append("[")
        for index in 0...Int.random(in: 0...5, using: &generator) {
            if index > 0 { tokens.append(",") }
            tokens.append(text())
        }
        tokens.append("]")
    }

    private mutating func text() -> String {
        switch Int.random(in: 0..<14, using: &generator) {
        case 0: "text:\(lineEnd)Hello  # no comment \(lineEnd)..\(lineEnd)\(lineEnd).\(lineEnd)"
        case 1: "TEXT: # a comment\nb /* none */\n.\n"
        case 2: "\"two\(lineEnd)  lines # /* \""
        case 3: "\"a \\\" \\\\ \\x\""
        case 4: "\"${hex: 24 7b 61 7d}\""
        case 5: "\"\(String(repeating: "long ", count: Int.random(in: 1...15, using: &generator)))\""
        default:
            pick(["\"subject\"", "\"to\"", "\"*l*\"", "\"${a}${1}\"", "\"Übung\"", "\"\"", "\"\\\\Seen\""])
        }
    }

    // MARK: White space

    private mutating func script() -> String {
        var script = chance(20) ? "\u{FEFF}" : ""
        for token in tokens { script += gap(needed: !script.isEmpty && !token.isPunctuation) + token }
        script += gap(needed: false)
        // A comment at the very end needs no line end.
        if chance(8) { script += pick(["# end", "/* end */"]) }
        return script
    }

    private mutating func gap(needed: Bool) -> String {
        if !chance(4) { return needed ? " " : "" }
        var gap = ""
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            switch Int.random(in: 0..<12, using: &generator) {
            case 0:
                gap +=
                    "# \(pick(["a", "rule:[x]", "/* b", "\"c\"", "text:", ""]))\(pick(["", " ", "\t\r"]))"
                    + lineEnd
            case 1: gap += "/* \(pick(["a", "# b", "\"", "* /", "é"])) */"
            case 2: gap += "/**\(lineEnd)  a \(lineEnd)*/"
            case 3: gap += "\t"
            case 4: gap += "\r"
            case 5, 6, 7: gap += lineEnd
            case 8: gap += lineEnd + lineEnd + lineEnd
            default: gap += "  "
            }
        }
        return needed ? gap + " " : gap
    }
}

extension String {
    fileprivate var isPunctuation: Bool { count == 1 && "[](){},;".contains(self) }
}
