import MailMessage
import Testing

@Suite("Parts of a date")
struct DatePartTests {
    /// Mon, 20 Jul 2009 21:44:43 +0300
    static let example = MailDate(seconds: 1_248_115_483, zoneOffset: 3 * 3600)

    @Test(
        "are those of RFC 5260",
        arguments: [
            ("year", "2009"), ("month", "07"), ("day", "20"), ("date", "2009-07-20"), ("julian", "55032"),
            ("hour", "21"), ("minute", "44"), ("second", "43"), ("time", "21:44:43"),
            ("iso8601", "2009-07-20T21:44:43+03:00"), ("std11", "Mon, 20 Jul 2009 21:44:43 +0300"),
            ("zone", "+0300"), ("weekday", "1"),
        ])
    func parts(_ name: String, _ expected: String) throws {
        let part = try #require(DatePart(name: name))
        #expect(part.text(of: DatePartTests.example) == expected)
        #expect(part.rawValue == name)
    }

    @Test("are known by names in letters of either case", arguments: ["Year", "ISO8601", "sTd11", "WEEKDAY"])
    func names(_ name: String) {
        #expect(DatePart(name: name) != nil)
    }

    @Test("have no other names", arguments: ["", "years", "mon", "iso 8601", " year", "y\u{E9}ar"])
    func noNames(_ name: String) {
        #expect(DatePart(name: name) == nil)
    }

    @Test(
        "are those of the zone",
        arguments: [
            (0, 0, "1970-01-01T00:00:00+00:00", "40587", "4"),
            (-1, 0, "1969-12-31T23:59:59+00:00", "40586", "3"),
            (0, -60, "1969-12-31T23:59:00-00:01", "40586", "3"),
            (0, 86_340, "1970-01-01T23:59:00+23:59", "40587", "4"),
            (951_782_400, 0, "2000-02-29T00:00:00+00:00", "51603", "2"),
            (951_782_399, 0, "2000-02-28T23:59:59+00:00", "51602", "1"),
            (951_782_399, 3600, "2000-02-29T00:59:59+01:00", "51603", "2"),
            (-3_506_716_800, 0, "1858-11-17T00:00:00+00:00", "0", "3"),
            (-3_506_716_801, 0, "1858-11-16T23:59:59+00:00", "-1", "2"),
            (0, -59, "1970-01-01T00:00:00+00:00", "40587", "4"),
            (Int64.max, Int.max, "9999-12-31T23:59:59+23:59", "2973483", "5"),
            (Int64.min, Int.min, "0001-01-01T00:00:00-23:59", "-678575", "1"),
        ])
    func zones(_ seconds: Int64, _ zone: Int, _ iso8601: String, _ julian: String, _ weekday: String) {
        let date = MailDate(seconds: seconds, zoneOffset: zone)
        #expect(DatePart.iso8601.text(of: date) == iso8601)
        #expect(DatePart.julian.text(of: date) == julian)
        #expect(DatePart.weekday.text(of: date) == weekday)
    }

    @Test("of a day have two digits in std11")
    func paddedDay() {
        let text = DatePart.std11.text(of: MailDate(seconds: 0, zoneOffset: -19_800))
        #expect(text == "Wed, 31 Dec 1969 18:30:00 -0530")
        #expect(
            DatePart.std11.text(of: MailDate(seconds: 0, zoneOffset: 0)) == "Thu, 01 Jan 1970 00:00:00 +0000")
    }

    @Test(
        "have a zone that is read",
        arguments: [
            ("+0000", 0), ("-0000", 0), ("+0200", 7200), ("-0530", -19_800), ("+2359", 86_340),
            ("-2359", -86_340),
        ])
    func zone(_ text: String, _ expected: Int) {
        #expect(MailDate.zoneOffset(parsing: text) == expected)
    }

    @Test(
        "have no other zone",
        arguments: [
            "", "+", "0200", "+200", "+02000", "+02:00", "+2400", "+0060", "+9999", "GMT", "Z", " +0200",
            "+0200 ",
            "*0200", "+０2", "+-200", "--200",
        ])
    func noZone(_ text: String) {
        #expect(MailDate.zoneOffset(parsing: text) == nil)
    }

    @Test("are moved to another zone with the instant kept")
    func moved() {
        let moved = DatePartTests.example.inZone(-5 * 3600)
        #expect(moved.seconds == DatePartTests.example.seconds)
        #expect(DatePart.iso8601.text(of: moved) == "2009-07-20T13:44:43-05:00")
    }

    @Test("agree with one another")
    func agreement() throws {
        var random = Random(seed: 53)
        let cases = 10_000
        for _ in 0..<cases {
            let seconds = Int64(bitPattern: random.next() % 300_000_000_000) - 60_000_000_000
            let zone = (random.next(2 * 1439 + 1) - 1439) * 60
            let date = MailDate(seconds: seconds, zoneOffset: zone)
            let part = { (part: DatePart) in part.text(of: date) }
            #expect(MailDate([UInt8](part(.std11))) == date)
            #expect(MailDate.zoneOffset(parsing: part(.zone)) == zone)
            #expect(part(.date) == "\(part(.year))-\(part(.month))-\(part(.day))")
            #expect(part(.time) == "\(part(.hour)):\(part(.minute)):\(part(.second))")
            #expect(part(.iso8601).hasPrefix("\(part(.date))T\(part(.time))"))
            let julian = try #require(Int(part(.julian)))
            let weekday = try #require(Int(part(.weekday)))
            // Day 0 was a Wednesday.
            #expect(((julian + 3) % 7 + 7) % 7 == weekday)
            let local = seconds + Int64(zone)
            let day = local >= 0 ? local / 86_400 : -((-local + 86_399) / 86_400)
            #expect(Int64(julian) == day + 40_587)
        }
        print("parts of dates: \(cases) cases")
    }
}
