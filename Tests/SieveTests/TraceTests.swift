import Testing

@testable import Sieve

/// What a trace tells of tests, variables and actions, and how much of it.
@Suite("Traces")
struct TraceTests {
    private func trace(
        _ script: String, _ change: (inout SieveCase) -> Void = { _ in }
    ) throws -> [TraceEvent] {
        var test = SieveCase(script)
        test.tracing = true
        change(&test)
        return try #require(test.result()).trace
    }

    private func tests(_ script: String, _ change: (inout SieveCase) -> Void = { _ in }) throws -> [TestTrace]
    {
        try trace(script, change).compactMap { if case .test(let test) = $0.kind { test } else { nil } }
    }

    @Test("a test tells where it stands, line and offset")
    func place() throws {
        let script = "if true { stop; }\nif not  size :over 1K { keep; }"
        let events = try trace(script)
        let places = events.compactMap { event in
            if case .test(let test) = event.kind { "\(test.name) \(event.line) \(event.offset)" } else { nil }
        }
        #expect(places == ["true 1 3"])
        let second = try trace(String(script.dropFirst(18))).compactMap { event in
            if case .test(let test) = event.kind { "\(test.name) \(event.line) \(event.offset)" } else { nil }
        }
        #expect(second == ["size 1 8", "not 1 3"])
    }

    @Test("a test tells the values with the field they come from, raw and decoded, and the key that matched")
    func values() throws {
        let found = try tests("if header :contains [\"x-none\", \"Subject\"] [\"no\", \"grüß\"] { stop; }") {
            $0.message = "Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n  again\n\nbody"
        }
        let test = try #require(found.first)
        #expect(test.outcome)
        #expect(test.sources.map(\.name) == ["x-none", "subject"])
        #expect(test.sources[0].raw.isEmpty)
        #expect(test.sources[1].raw.map(\.octets.text) == [" =?utf-8?q?Gr=C3=BC=C3=9Fe?=\n  again"])
        #expect(test.values.map(\.text.octets.text) == ["Grüße  again"])
        #expect(test.values.map(\.source) == [1])
        #expect(test.values.first?.matched?.octets.text == "grüß")
        let comparison = try #require(test.comparison)
        #expect(comparison.matchType == "contains")
        #expect(comparison.comparator == "i;ascii-casemap")
        #expect(comparison.keyCount == 2)
        #expect(comparison.keys.map(\.octets.text) == ["no", "grüß"])
    }

    @Test("of many keys the first are told, their number, and the one that matched")
    func manyKeys() throws {
        let keys = (1...20).map { "\"k\($0)\"" }.joined(separator: ", ")
        let test = try #require(
            try tests("if header :is \"subject\" [\(keys)] { stop; }") { $0.message = "Subject: k17\n\n" }
                .first)
        #expect(test.comparison?.keyCount == 20)
        #expect(test.comparison?.keys.count == TestTrace.keyLimit)
        #expect(test.values.first?.matched?.octets.text == "k17")
    }

    @Test("an address test tells its part")
    func addressPart() throws {
        let found = try tests("if address :domain \"to\" \"nowhere\" { stop; }")
        #expect(found.first?.addressPart == "domain")
        #expect(found.first?.values.map(\.text.octets.text) == ["example.net", "example.com"])
        #expect(found.first?.values.allSatisfy { $0.matched == nil } == true)
    }

    @Test("an envelope test tells which part it looked at")
    func envelope() throws {
        let found = try tests(
            "require [\"envelope\", \"subaddress\"]; if envelope :detail \"to\" \"x\" { stop; }")
        #expect(found.first?.sources.map(\.name) == ["to"])
        #expect(found.first?.sources.first?.kind == .envelope)
        #expect(found.first?.addressPart == "detail")
        #expect(found.first?.values.map(\.text.octets.text) == ["lists"])
    }

    @Test("variables are told as they are set, and captures with the test that left them")
    func variables() throws {
        let script = """
            require "variables";
            if header :matches "subject" "*  *" { set :upper "a" "${2}"; }
            """
        let test = try #require(try tests(script).first)
        #expect(test.captures.map(\.octets.text) == ["Hello  World", "Hello", "World"])
        let values = try trace(script).compactMap { event in
            if case .variable(let value) = event.kind { value.octets.text } else { nil }
        }
        #expect(values == ["WORLD"])
        let keys = try tests(
            "require \"variables\"; set \"a\" \"x\"; if header \"subject\" \"${a}y\" { stop; }")
        #expect(keys.first?.comparison?.keys.map(\.octets.text) == ["xy"])
    }

    @Test("an action that is the same as an earlier one is told to be merged")
    func merged() throws {
        let kinds = try trace("require \"fileinto\"; fileinto \"A\";\nfileinto \"A\"; keep;").map(\.kind)
        let merged = kinds.compactMap { kind in
            if case .merged(let script, let line) = kind { "\(script):\(line)" } else { nil }
        }
        #expect(merged == ["s1:1"])
    }

    @Test("a script that is included begins and ends within the other")
    func included() throws {
        struct Library: ScriptLibrary {
            func script(_ name: String, at location: ScriptLocation) -> [UInt8]? {
                name == "inner" ? [UInt8]("stop;".utf8) : nil
            }
        }
        let source = [UInt8]("require \"include\"; include \"inner\"; keep;".utf8)
        let program = try #require(
            SieveCompiler(library: Library()).compile(source, name: "outer").program)
        let result = ScriptSequence([program]).run(on: plainInput, host: TestHost(), tracing: true)
        let kinds = result.trace.map { event in
            switch event.kind {
            case .script(let isIncluded): "\(event.script) begins\(isIncluded ? " inside" : "")"
            case .resumed: "\(event.script) goes on"
            case .command: "\(event.script) command"
            default: "?"
            }
        }
        #expect(
            kinds == [
                "outer begins", "outer command", "inner begins inside", "inner command", "outer goes on",
            ])
    }

    @Test("a long value is cut, and the trace says how much is missing")
    func longValue() throws {
        let long = String(repeating: "é", count: 900)
        let test = try #require(
            try tests("if header :is \"subject\" \"x\" { stop; }") { $0.message = "Subject: \(long)\n\n" }
                .first)
        let value = try #require(test.values.first?.text)
        #expect(value.octets.count == TracedText.limit)
        #expect(value.omitted == 1800 - TracedText.limit)
        #expect(String(validating: value.octets, as: UTF8.self) != nil, "it is cut between characters")
    }

    @Test("a test with many values tells some, how many more, and always the one that matched")
    func manyValues() throws {
        let fields = (1...200).map { "X: v\($0)\n" }.joined()
        let test = try #require(
            try tests("if header :is \"x\" \"v180\" { stop; }") { $0.message = fields + "\n" }.first)
        #expect(test.values.count == TestTrace.valueLimit + 1)
        #expect(test.omittedValues == 179 - TestTrace.valueLimit)
        #expect(test.values.last?.matched != nil)
    }

    @Test("a trace that is too long says so, and still has what was done")
    func longTrace() throws {
        let rule = "if header :is \"subject\" \"x\" { stop; }\n"
        let events = try trace(String(repeating: rule, count: TraceRecorder.limit + 500) + "discard;")
        #expect(events.count(where: { $0.kind == .cut }) == 1)
        #expect(events.count < TraceRecorder.limit + 10)
        guard case .action(let action)? = events.last?.kind else {
            Issue.record("the last event is no action")
            return
        }
        #expect(action.name == "discard")
    }

    @Test("tracing changes neither what comes of a script nor what it costs")
    func harmless() throws {
        let script = """
            require ["variables", "fileinto", "envelope"];
            set "h" "subject";
            if anyof (header :contains "${h}" "none", address :localpart "from" "${h}",
                      envelope "from" "x", header :matches "subject" "*o*") { fileinto "${1}"; }
            """
        var plain = SieveCase(script)
        var traced = plain
        traced.tracing = true
        #expect(plain.outcome() == traced.outcome())
        // The smallest number of steps with which the script runs is the same.
        var steps = 1
        while true {
            plain.limits.steps = steps
            traced.limits.steps = steps
            let failed = plain.result()?.failure
            #expect(failed == traced.result()?.failure)
            if failed == nil || steps > 10_000 { break }
            steps += 1
        }
        #expect(steps < 10_000)
    }
}
