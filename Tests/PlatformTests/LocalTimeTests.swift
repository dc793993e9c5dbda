import Glibc
import Platform
import Testing

@Suite("local time")
struct LocalTimeTests {
    /// 2025-01-15 and 2025-07-15, at noon UTC.
    private static var winter: Int { 1_736_942_400 }
    private static var summer: Int { 1_752_580_800 }

    @Test("a zone with summer time has two offsets and two names")
    func summerTime() async {
        await #expect(processExitsWith: .success) {
            unsafe setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1)
            tzset()
            let (winter, summer) = (LocalTime.at(LocalTimeTests.winter), LocalTime.at(LocalTimeTests.summer))
            #expect(winter.offsetMinutes == 60 && winter.zone == "CET")
            #expect(summer.offsetMinutes == 120 && summer.zone == "CEST")
        }
    }

    @Test("offsets may lie west, and need not be whole hours")
    func west() async {
        await #expect(processExitsWith: .success) {
            unsafe setenv("TZ", "<-0330>3:30", 1)
            tzset()
            let time = LocalTime.at(LocalTimeTests.winter)
            #expect(time.offsetMinutes == -210 && time.zone == "-0330")
        }
    }

    @Test("a moment beyond all calendars is UTC", arguments: [Int.max, Int.min])
    func beyond(_ seconds: Int) {
        #expect(LocalTime.at(seconds) == LocalTime.at(seconds))
        #expect(LocalTime.at(seconds).offsetMinutes == 0 && LocalTime.at(seconds).zone == "UTC")
    }
}
