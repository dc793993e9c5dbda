import MailMessage
import Platform
import TestSupport
import Testing

@testable import Sieve

@Suite("Time and work")
struct LimitTests {
    private func run(_ script: String, subject: String, limits: SieveLimits = SieveLimits()) -> SieveResult? {
        var test = SieveCase(script)
        test.message = "Subject: \(subject)\n\n"
        test.limits = limits
        return test.result()
    }

    /// Steps that the work takes, found as the least limit under which it succeeds.
    private func steps(_ script: String, subject: String) -> Int {
        var (low, high) = (0, 1 << 30)
        while low < high {
            let middle = (low + high) / 2
            var limits = SieveLimits()
            limits.steps = middle
            if run(script, subject: subject, limits: limits)?.failure == nil {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return low
    }

    @Test("too many steps are a failure, at the same step in every run")
    func stepLimit() {
        var test = SieveCase("if header :contains \"subject\" \"o\" { discard; }")
        test.limits.steps = 5
        #expect(test.outcome() == ["keep*", "failure s1:1: the script takes too long"])
        test.limits.steps = 1000
        #expect(test.outcome() == ["discard"])
        let script = "if header :contains \"subject\" \"x\" { discard; }"
        let needed = steps(script, subject: "abc")
        #expect(needed == steps(script, subject: "abc") && needed > 3 && needed < 100)
    }

    @Test("the host can end a script that takes long")
    func deadline() {
        let long = String(repeating: "a", count: 70_000)
        var test = SieveCase("if header :contains \"subject\" \"b\" { discard; } discard;")
        test.message = "Subject: \(long)\n\n"
        test.host.outOfTime = true
        #expect(test.outcome() == ["keep*", "failure s1:1: the script took too long"])
        test.message = "Subject: a\n\n"
        #expect(test.outcome() == ["discard"])
    }

    /// A pattern that makes a matcher that backtracks take longer than the universe.
    // Time in proportion to the square would be 900 times as long: far enough from 30 for a busy machine.
    @Test("hostile patterns of :matches take time in proportion to the text")
    func hostileMatches() {
        let patterns = [
            "*a*a*a*a*a*a*a*a*a*a*a*a*a*b*", "*aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab*", "*?a*?a*?a*?a*?b*",
            "*a?aaaaaaaaaaaaaaaaaaaaaaaaab*",
            String(repeating: "*?", count: 60) + "b*",
        ]
        for pattern in patterns {
            let glob = Glob([UInt8](pattern.utf8))
            let (small, large) = (
                [UInt8](repeating: 0x61, count: 5000), [UInt8](repeating: 0x61, count: 150_000)
            )
            #expect(glob.match(small) == nil)
            let times = [small, large].map { text in
                Patience.processorTime(leastOf: 5) { _ = glob.match(text) }
            }
            let ratio = times[1] / max(times[0], 10)
            print(":matches \(pattern.prefix(32)): 30 times the text takes \(ratio) times as long")
            #expect(ratio < 250, "\(pattern)")
        }
    }

    @Test("hostile keys of :contains take time in proportion to the text")
    func hostileContains() {
        let times = [5000, 150_000].map { count in
            let text = [UInt8](repeating: 0x61, count: count)
            let needle = [UInt8](repeating: 0x61, count: count / 2) + [0x62]
            return Patience.processorTime(leastOf: 5) {
                let wanted = needle.span
                let place = text.span.firstRange(of: wanted, from: 0)
                #expect(place == nil)
            }
        }
        let ratio = times[1] / max(times[0], 10)
        print(":contains: 30 times the text and the key take \(ratio) times as long")
        #expect(ratio < 250)
    }

    @Test("steps grow with the text as time does")
    func stepsAreLinear() {
        let script = "if header :matches \"subject\" \"*a*a*a*b\" { discard; }"
        let small = steps(script, subject: String(repeating: "a", count: 1000))
        let large = steps(script, subject: String(repeating: "a", count: 10_000))
        #expect(large > small * 8 && large < small * 11)
    }

    @Test("a field is decoded once, however many rules ask for it")
    func decodesOnce() {
        let rule = { (count: Int) in
            (0..<count).map { "if header :is \"subject\" \"x\($0)\" { stop; }" }.joined(separator: "\n")
        }
        let subject = String(repeating: "a", count: 100_000)
        let (few, many) = (steps(rule(20), subject: subject), steps(rule(1000), subject: subject))
        #expect(many < few + 10_000)
    }

    @Test("thousands of rules with thousands of names")
    func manyRules() {
        let script =
            "require \"fileinto\";\n"
            + (0..<5000).map {
                "if header :contains \"X-\($0)\" \"needle\" { fileinto \"F\($0 % 20)\"; stop; }\n"
            }.joined()
        #expect(SieveCase.diagnostics(script) == [])
        var test = SieveCase(script)
        test.message = "X-4321: a needle\n\n"
        #expect(test.outcome() == ["fileinto F1"])
    }

    @Test("a message without end does not take the engine with it")
    func manyFields() {
        var test = SieveCase("require \"relational\"; if header :count \"gt\" \"x\" \"1\" { discard; }")
        test.message = String(repeating: "X: y\n", count: 20_000) + "\n"
        #expect(test.outcome() == ["discard"])
    }
}
