import MailLog
import MailTransport
import Platform
import Testing

@testable import Delivery

@Suite struct SweepSummaryTests {
    private let words = [
        "delivered", "delivered", "rescheduled", "bounced", "held", "dropped", "damaged", "failed",
        "unavailable",
        "sung",
    ]

    private var counted: SweepSummary {
        var summary = SweepSummary()
        for word in words { summary.count(word) }
        return summary
    }

    @Test("a summary says what it counted, in words")
    func text() {
        #expect(
            "\(counted)" == "2 delivered, 1 rescheduled, 1 bounced, 1 held, 1 dropped, 1 damaged, 1 failed")
        #expect(counted.attempts == 8)
        #expect("\(SweepSummary())" == "nothing is due")
        var elsewhere = SweepSummary()
        elsewhere.isElsewhere = true
        #expect("\(elsewhere)" == "another sweep is at work")
    }

    @Test("a summary says what it counted, as JSON, with the time and what is down")
    func json() {
        var summary = counted
        summary.milliseconds = 1234
        summary.suspend(Suspension(route: "smtp://mx:25", reason: "no \"answer\""))
        summary.suspend(Suspension(route: "smtp://mx:25", reason: "still none"))
        let text = String(decoding: summary.json, as: UTF8.self)
        #expect(
            text
                == #"{"summary":{"delivered":2,"rescheduled":1,"bounced":1,"held":1,"dropped":1,"damaged":1,"#
                + #""failed":1,"duration-ms":1234,"suspended":[{"route":"smtp://mx:25","reason":"no \"answer\""}]}}"#
                + "\n")
    }

    @Test("summaries are added; their times are not, and a destination that is down counts once")
    func sum() {
        var double = counted
        double.milliseconds = 5
        double.suspend(Suspension(route: "a", reason: "x"))
        var other = counted
        other.milliseconds = 7
        other.suspend(Suspension(route: "a", reason: "y"))
        other.suspend(Suspension(route: "b", reason: "z"))
        other.isCutShort = true
        double.add(other)
        #expect(double.delivered == 4 && double.attempts == 16 && double.milliseconds == 5)
        #expect(double.suspended.map(\.route) == ["a", "b"] && double.isCutShort)
    }

    @Test("a person should look at what is held, damaged or failed")
    func problems() {
        var fine = SweepSummary()
        for word in ["delivered", "rescheduled", "bounced", "dropped"] { fine.count(word) }
        #expect(!fine.hasProblems)
        for word in ["held", "damaged", "failed"] {
            var problem = fine
            problem.count(word)
            #expect(problem.hasProblems)
        }
    }

    @Test("the line in the log has what is not 0, and is no delivery's")
    func log() {
        var summary = SweepSummary()
        summary.count("delivered", times: 3)
        summary.milliseconds = 17
        summary.suspend(Suspension(route: "smtp://mx:25", reason: "connection refused"))
        let record = summary.record("uid 1000", now: WallTime(seconds: 1_700_000_000))
        let line = String(decoding: record.line(.logfmt), as: UTF8.self)
        #expect(
            line.hasSuffix(
                #"sweep="uid 1000" delivered=3 ms=17 suspended1="smtp://mx:25: connection refused""#))
        #expect(
            line.hasPrefix("time=2023-11-14T22:13:20") && !line.contains("id=\"") && !line.contains(" id="))
        let json = String(decoding: record.line(.json), as: UTF8.self)
        #expect(json.contains(#""sweep":"uid 1000","delivered":3,"ms":17,"suspended":["#))
        var many = summary
        for number in 0..<500 {
            many.suspend(Suspension(route: "smtp://\(number)", reason: String(repeating: "é", count: 500)))
        }
        #expect(many.record("all").line(.logfmt).count < 4000)
    }
}
