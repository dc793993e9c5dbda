import Settings
import Testing

@testable import Delivery

@Suite struct AttemptScheduleTests {
    private func schedule(_ overrides: String...) -> AttemptSchedule {
        var configuration = Configuration()
        #expect(configuration.override("retry.jitter=0") == nil)
        for override in overrides {
            let problem = configuration.override(override)
            #expect(problem == nil, "\(override)")
        }
        return AttemptSchedule(configuration.retry)
    }

    private let special =
        "retry.schedules=connection: 2m; quota: 1h, 2h; example.org: 7m; .example.org: 9m; .org: 11m"

    @Test(
        "without schedules of its own everything waits as it always did",
        arguments: [
            (0, 60), (1, 60), (2, 300), (3, 900), (4, 1800), (5, 3600), (8, 3600), (9, 14400), (1000, 14400),
        ])
    func standard(attempts: Int, wait: Int) {
        #expect(schedule().wait(after: attempts, causes: []) == wait)
        for cause in DelayCause.allCases {
            #expect(schedule().wait(after: attempts, causes: [(cause, "example.org")]) == wait)
            #expect(schedule().wait(after: attempts, causes: [(cause, nil)]) == wait)
        }
    }

    @Test(
        "the domain decides before the cause, and the cause before the general schedule",
        arguments: [
            (DelayCause.connection, nil as String?, 120), (.connection, "", 120),
            (.connection, "example.net", 120),
            (.quota, nil, 3600), (.disk, nil, 60), (.reply, "example.net", 60),
            (.connection, "example.org", 420), (.quota, "EXAMPLE.org", 420),
            (.reply, "a.example.org", 540), (.reply, "a.b.example.org", 540), (.reply, "badexample.org", 660),
            (.reply, "org", 60), (.reply, "connection", 60),
        ])
    func precedence(cause: DelayCause, domain: String?, wait: Int) {
        #expect(schedule(special).wait(after: 1, causes: [(cause, domain)]) == wait)
    }

    @Test("of several failures the one that is tried first counts")
    func several() {
        let schedule = schedule(special)
        #expect(schedule.wait(after: 1, causes: [(.quota, nil), (.connection, nil)]) == 120)
        #expect(schedule.wait(after: 1, causes: [(.quota, nil), (.reply, "example.org")]) == 420)
        #expect(schedule.wait(after: 2, causes: [(.quota, nil), (.disk, nil)]) == 300)
        #expect(schedule.wait(after: 2, causes: [(.quota, nil)]) == 7200)
    }

    @Test("the first schedule of a cause counts, and a general one of the site's own is kept")
    func ownGeneral() {
        let schedule = schedule("retry.schedule=3m, 6m", "retry.schedules=reply: 1m; reply: 2m")
        #expect(schedule.wait(after: 1, causes: [(.reply, nil)]) == 60)
        #expect(schedule.wait(after: 1, causes: [(.disk, nil)]) == 180)
        #expect(schedule.wait(after: 7, causes: []) == 360)
    }

    @Test("jitter keeps within its percentage of the wait, on both sides")
    func jitter() {
        var configuration = Configuration()
        let problem = configuration.override("retry.jitter=10")
        #expect(problem == nil)
        let schedule = AttemptSchedule(configuration.retry)
        var waits: Set<Int> = []
        for random in UInt64(0)..<1000 {
            waits.insert(schedule.wait(after: 5, causes: [(.disk, nil)], random: random))
        }
        #expect(waits.min() == 3240 && waits.max() == 3960)
    }
}
