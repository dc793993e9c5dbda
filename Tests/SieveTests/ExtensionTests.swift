import Testing

@testable import Sieve

/// An extension with one of everything, to show that the language grows from outside.
extension SieveExtension {
    fileprivate static var toy: SieveExtension {
        SieveExtension("vnd.toy") { language in
            language.add(command: ToyCommand.self)
            language.add(test: ToyTest.self)
            language.add(matchType: ToyMatchType.self)
            language.add(addressPart: ToyAddressPart.self)
            language.add(actionTag: ToyTag.self)
            language.add(setModifier: ToyModifier.self)
            language.add(comparator: ToyComparator.self)
            language.add(namespace: ToyNamespace.self)
            language.add(envelopePart: ToyEnvelopePart.self)
        }
    }
}

private struct ToyCommand: CommandDefinition, Statement {
    static let name = "toy"
    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? { ToyCommand() }
    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow { throw run.failure("toy") }
}

private struct ToyTest: TestDefinition, ScriptTest {
    static let name = "istoy"
    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? { ToyTest() }
    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool { true }
}

/// `:ends`: the value ends with the key, which must not be empty.
private struct ToyMatchType: MatchType {
    static let tag = "ends"
    static func compile(_ arguments: inout Arguments, _ validator: inout Validator) -> (any MatchType)? {
        ToyMatchType()
    }
    func key(_ text: [UInt8], _ comparator: any Comparator.Type) throws(InvalidKey) -> any MatchKey {
        guard !text.isEmpty else { throw InvalidKey(message: "an empty key") }
        return Key(normal: comparator.normalForm(MatchValue(text)))
    }
    private struct Key: MatchKey {
        let normal: [UInt8]
        func matches(
            _ normal: [UInt8], _ text: [UInt8], in run: inout Interpretation
        ) throws(RuntimeFailure) -> Bool {
            normal.suffix(self.normal.count) == self.normal[...]
        }
    }
}

private enum ToyAddressPart: AddressPart {
    static let tag = "tld"
    static func value(of address: AddressValue, delimiters: [UInt8]) -> [UInt8]? {
        address.domain.split(separator: 0x2E).last.map([UInt8].init)
    }
}

private struct ToyTag: ActionTag {
    static let tag = "toy"
    static var commands: [String] { [FileintoCommand.name] }
    static func compile(_ arguments: inout Arguments, _ validator: inout Validator) -> (any ActionTag)? {
        ToyTag()
    }
    func apply(to options: inout ActionOptions, in run: inout Interpretation) throws(RuntimeFailure) {
        options.flags = [[UInt8]("toy".utf8)]
    }
}

private enum ToyModifier: SetModifier {
    static let tag = "reverse"
    static let precedence = 35
    static func apply(to value: [UInt8]) -> [UInt8] { value.reversed() }
}

/// Compares lengths.
private enum ToyComparator: Comparator {
    static let name = "i;toy"
    static let supportsSubstrings = false
    static func normalForm(_ value: MatchValue) -> [UInt8] { [UInt8](repeating: 0, count: value.text.count) }
}

private enum ToyNamespace: VariableNamespace {
    static let name = "toy"
    static func variable(_ path: [[UInt8]]) -> (any ExternalVariable)? {
        path == [[UInt8]("line".utf8)] ? Line() : nil
    }
    private struct Line: ExternalVariable {
        func value(in run: inout Interpretation) throws(RuntimeFailure) -> [UInt8] {
            [UInt8]("\(run.line)".utf8)
        }
    }
}

private enum ToyEnvelopePart: EnvelopePart {
    static let name = "toy"
    static func addresses(_ envelope: SieveEnvelope) -> [AddressValue] { [AddressValue(path: "toy@toy.org")] }
}

@Suite("What an extension can add")
struct ExtensionTests {
    private let compiler = SieveCompiler(
        limits: SieveLimits(), enabledExtensions: nil, extensions: SieveExtension.all + [.toy])

    @Test(
        "without being required it is not there, and the hint names it",
        arguments: [
            "toy;", "if istoy { keep; }", "if header :ends \"subject\" \"ld\" { keep; }",
            "if address :tld \"from\" \"org\" { keep; }",
            "require \"fileinto\"; fileinto :toy \"a\";", "require \"variables\"; set :reverse \"a\" \"b\";",
            "if header :comparator \"i;toy\" \"a\" \"b\" { keep; }",
            "require \"variables\"; set \"a\" \"${toy.line}\";",
        ])
    func gated(_ script: String) {
        let diagnostics = compiler.compile([UInt8](script.utf8), name: "x").diagnostics
        #expect(diagnostics.count == 1 && diagnostics[0].hint?.contains("vnd.toy") == true, "\(diagnostics)")
    }

    @Test(
        "once required it is part of the language",
        arguments: [
            ("if istoy { discard; }", ["discard"]),
            ("toy;", ["keep*", "failure"]),
            ("if header :ends \"subject\" \"WORLD\" { discard; }", ["discard"]),
            ("if header :ends \"subject\" \"Hello\" { discard; }", ["keep*"]),
            ("if address :tld \"from\" \"org\" { discard; }", ["discard"]),
            ("fileinto :toy \"a\";", ["fileinto a [toy]"]),
            ("set :reverse :upperfirst \"a\" \"abc\"; fileinto \"${a}\";", ["fileinto Cba"]),
            ("if header :comparator \"i;toy\" \"x-number\" \"ab\" { discard; }", ["discard"]),
            ("\n\nfileinto \"${toy.line}\";", ["fileinto 3"]),
            ("if envelope \"toy\" \"toy@toy.org\" { discard; }", ["discard"]),
            ("set \"a\" \"\"; if header :ends \"subject\" \"${a}\" { discard; }", ["keep*", "failure"]),
        ])
    func extends(_ script: String, _ expected: [String]) throws {
        let source = "require [\"vnd.toy\", \"fileinto\", \"variables\", \"envelope\"]; " + script
        let compilation = compiler.compile([UInt8](source.utf8), name: "x")
        let program = try #require(compilation.program, "\(compilation.diagnostics)")
        let result = ScriptSequence([program]).run(on: plainInput, host: TestHost())
        #expect(result.actions.map(\.summary) + (result.failure == nil ? [] : ["failure"]) == expected)
    }

    @Test("its errors are errors of the script")
    func errors() {
        let script =
            "require [\"vnd.toy\", \"variables\"]; if header :ends \"a\" \"\" { set \"a\" \"${toy.nope}\"; }"
        #expect(
            compiler.compile([UInt8](script.utf8), name: "x").errors.map(\.code) == [
                .invalidKey, .invalidVariable,
            ])
    }

    @Test("no two extensions have the same capability")
    func capabilities() {
        let names = SieveCompiler().capabilities
        #expect(Set(names).count == names.count)
        // Alone, some lack a capability that they need, which is the only thing that can be wrong.
        for item in SieveExtension.all where !item.isOptional {
            let needed = (item.needs + [item.capability]).map { "\"\($0)\"" }.joined(separator: ", ")
            #expect(SieveCase.diagnostics("require [\(needed)];") == [], "\(item.capability)")
        }
        let contradicting = Set(SieveExtension.all.flatMap(\.conflicts))
        let others = names.filter { !contradicting.contains($0) }.map { "\"\($0)\"" }
        #expect(SieveCase.diagnostics("require [\(others.joined(separator: ", "))];") == [])
    }
}
