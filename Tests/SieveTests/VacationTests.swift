import Testing

@testable import Sieve

@Suite("vacation")
struct VacationTests {
    private func request(_ arguments: String, limits: SieveLimits = SieveLimits()) throws -> VacationRequest {
        let kind = try action("require [\"vacation\", \"vacation-seconds\", \"variables\"]; \(arguments)") {
            $0.limits = limits
        }
        guard case .vacation(let request) = kind else {
            Issue.record("no vacation")
            return VacationRequest(reason: [], seconds: 0, handle: [])
        }
        return request
    }

    @Test("the message is kept all the same (RFC 5230 §4.7)")
    func keeps() {
        #expect(outcome("require \"vacation\"; vacation \"v\";") == ["vacation", "keep*"])
    }

    @Test("tags come in any order and say what they say")
    func tags() throws {
        let request = try request(
            "vacation :mime :subject \"S\" :addresses [\"a@b.example\", \"C <c@d.example>\"] :from \"N <n@m.example>\" "
                + ":handle \"h\" :days 10 \"R\";")
        #expect(
            request
                == VacationRequest(
                    reason: Array("R".utf8), isMIME: true, subject: Array("S".utf8), from: "N <n@m.example>",
                    addresses: ["a@b.example", "c@d.example"], seconds: 864_000, handle: Array("h".utf8)))
    }

    @Test(
        "periods are brought into the limits of the site (RFC 5230 §4.1, RFC 6131 §2)",
        arguments: [
            ("", 7 * 86400), (":days 1", 86400), (":days 0", 86400), (":days 60", 60 * 86400),
            (":days 61", 60 * 86400), (":days 18446744073709551615", 60 * 86400), (":seconds 86400", 86400),
            (":seconds 0", 86400), (":seconds 90000", 90000), (":seconds 18446744073709551615", 60 * 86400),
        ])
    func periods(tag: String, seconds: Int) throws {
        #expect(try request("vacation \(tag) \"R\";").seconds == seconds)
    }

    @Test("0 seconds stay 0 where the site allows it: each message is answered (RFC 6131 §2)")
    func zeroSeconds() throws {
        var limits = SieveLimits()
        limits.vacationMinimum = 0
        #expect(try request("vacation :seconds 0 \"R\";", limits: limits).seconds == 0)
        #expect(try request("vacation :seconds 1 \"R\";", limits: limits).seconds == 1)
    }

    @Test("a period that is changed is warned about")
    func periodWarnings() {
        #expect(
            SieveCase.diagnostics("require \"vacation\"; vacation :days 0 \"R\";") == [
                "warning 1:30 period-out-of-range"
            ])
        #expect(
            SieveCase.diagnostics("require \"vacation\"; vacation :days 100 \"R\";") == [
                "warning 1:30 period-out-of-range"
            ])
        #expect(SieveCase.diagnostics("require \"vacation\"; vacation :days 7 \"R\";").isEmpty)
    }

    @Test("vacation-seconds brings vacation along (RFC 6131 §2)")
    func secondsAlone() {
        #expect(
            outcome("require \"vacation-seconds\"; vacation :seconds 100000 \"v\";") == ["vacation", "keep*"])
    }

    @Test(
        "what is wrong with the command is told",
        arguments: [
            ("vacation;", "1:29 missing-argument"), ("vacation \"a\" \"b\";", "1:34 unexpected-argument"),
            ("vacation :days \"1\" \"a\";", "1:36 wrong-argument"),
            ("vacation :days 1 :days 2 \"a\";", "1:38 repeated-tag"),
            ("vacation :seconds 100000 \"a\";", "1:30 not-required"),
            ("vacation :from \"a b\" \"a\";", "1:36 invalid-address"),
            ("vacation :from \"\" \"a\";", "1:36 invalid-address"),
            ("vacation :from \"a@b.c, d@e.f\" \"a\";", "1:36 invalid-address"),
            ("vacation :addresses [\"x\"] \"a\";", "warning 1:42 invalid-address"),
            ("vacation :fcc \"x\" \"a\";", "1:30 not-required"), ("vacation :x \"a\";", "1:30 unknown-tag"),
        ])
    func errors(command: String, expected: String) {
        #expect(SieveCase.diagnostics("require \"vacation\"; \(command)") == [expected])
    }

    @Test("days and seconds do not stand together (RFC 6131 §2)")
    func twoPeriods() {
        #expect(
            SieveCase.diagnostics("require \"vacation-seconds\"; vacation :days 7 :seconds 700000 \"R\";")
                == [
                    "1:46 repeated-tag"
                ])
    }

    @Test("it is asked for once only (RFC 5230 §4.7)")
    func twice() throws {
        #expect(try runtimeFailure("require \"vacation\"; vacation \"v\"; vacation \"w\";") != nil)
    }

    @Test("a sender that a variable holds is checked while the script runs")
    func senderInVariable() throws {
        let require = "require [\"vacation\", \"variables\"];"
        #expect(
            try request("set \"a\" \"x@y.example\"; vacation :from \"${a}\" \"R\";").from == "x@y.example")
        #expect(try runtimeFailure("\(require) set \"a\" \"x\"; vacation :from \"${a}\" \"R\";") != nil)
        #expect(try runtimeFailure("\(require) vacation :from \"${a}\" \"R\";") != nil)
    }

    @Test("what is no address is left out of the user's addresses")
    func badAddresses() throws {
        let request = try request("vacation :addresses [\"x\", \"a@b.example\", \"${x}\"] \"R\";")
        #expect(request.addresses == ["a@b.example"])
    }
}

@Suite("the handle of vacation")
struct VacationHandleTests {
    private func handle(_ arguments: String, subject: String = "S") throws -> [UInt8] {
        let script =
            "require [\"vacation\", \"variables\"]; if header :matches \"Subject\" \"*\" { set \"s\" \"${1}\"; } vacation \(arguments);"
        var test = SieveCase(script)
        test.message = "Subject: \(subject)\n\n"
        let result = try #require(test.result())
        guard case .vacation(let request)? = result.actions.first?.kind else {
            Issue.record("no vacation")
            return []
        }
        return request.handle
    }

    @Test("without :handle it does not change with variables (RFC 5230 §4.2)")
    func variables() throws {
        let arguments = ":subject \"Re: ${s}\" :from \"a@b.example\" \"About ${s}\""
        #expect(try handle(arguments, subject: "One") == handle(arguments, subject: "Two"))
    }

    @Test("with :handle nothing else counts")
    func explicit() throws {
        #expect(try handle(":handle \"h\" \"A\"") == handle(":subject \"x\" :handle \"h\" :mime \"B\""))
        #expect(try handle(":handle \"h\" \"A\"") != handle(":handle \"i\" \"A\""))
    }

    @Test("it is another one wherever an argument that makes up the answer differs")
    func differences() throws {
        let arguments = [
            "\"A\"", "\"B\"", ":subject \"A\" \"A\"", ":subject \"B\" \"A\"", ":from \"a@b.example\" \"A\"",
            ":mime \"A\"", ":subject \"\" \"A\"",
            // Two that only their lengths tell apart.
            ":subject \"ab\" \"c\"", ":subject \"a\" \"bc\"", ":subject \"a\" \"reason=1:c\"",
        ]
        let handles = try arguments.map { try handle($0) }
        #expect(Set(handles).count == arguments.count)
    }

    @Test("it does not change with how long, to whom, and where a copy goes")
    func sameness() throws {
        #expect(try handle(":days 3 :addresses \"x@y.example\" \"A\"") == handle("\"A\""))
    }
}
