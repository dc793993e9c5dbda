import MailMessage
import Testing

@Suite("Dates")
struct MailDateTests {
    @Test(
        "are read",
        arguments: [
            ("Fri, 21 Nov 1997 09:55:06 -0600", 880_127_706, -21_600),
            ("21 Nov 1997 09:55:06 -0600", 880_127_706, -21_600),
            ("Fri, 21 Nov 97 09:55:06 -0600", 880_127_706, -21_600),
            ("Fri, 21 Nov 097 09:55:06 -0600", 880_127_706, -21_600),
            ("fri 21 NOV 1997 9:55:06 CST", 880_127_706, -21_600),
            ("Mon, 21 Nov 1997 09:55:06 -0600", 880_127_706, -21_600),
            ("Friday, 21 November 1997 09:55:06 -0600", 880_127_706, -21_600),
            (" Fri ,(day) 21 (of) Nov\r\n 1997 (at (night)) 09 : 55 : 06 -0600 (CST)", 880_127_706, -21_600),
            ("1 Jan 1970 00:00 +0000", 0, 0),
            ("1 Jan 1970 00:00", 0, 0),
            ("1 Jan 70 00:00 GMT", 0, 0),
            ("1 Jan 70 00:00 UT", 0, 0),
            ("1 Jan 70 00:00 Z", 0, 0),
            ("1 Jan 70 00:00 -0000", 0, 0),
            ("1 Jan 70 00:00 XYZ", 0, 0),
            ("1 Jan 70 00:00 EST", 18_000, -18_000),
            ("1 Jan 70 00:00 EDT", 14_400, -14_400),
            ("1 Jan 70 00:00 CDT", 18_000, -18_000),
            ("1 Jan 70 00:00 MST", 25_200, -25_200),
            ("1 Jan 70 00:00 MDT", 21_600, -21_600),
            ("1 Jan 70 00:00 PST", 28_800, -28_800),
            ("1 Jan 70 00:00 PDT", 25_200, -25_200),
            ("31 Dec 1969 23:59:59 +0000", -1, 0),
            ("1 Jan 49 00:00 +0000", 2_493_072_000, 0),
            ("1 Jan 50 00:00 +0000", -631_152_000, 0),
            ("29 Feb 2000 12:00:00 +0530", 951_805_800, 19_800),
            ("30 Jun 2015 23:59:60 +0000", 1_435_708_800, 0),
            ("1 Jan 0001 00:00:00 +0000", -62_135_596_800, 0),
            ("31 Dec 9999 23:59:59 +0000", 253_402_300_799, 0),
        ])
    func read(_ text: String, _ seconds: Int64, _ zone: Int) throws {
        let date = try #require(MailDate([UInt8](text)))
        #expect(date.seconds == seconds)
        #expect(date.zoneOffset == zone)
    }

    @Test(
        "are refused",
        arguments: [
            "", "today", "Fri", "Fri,", "21", "21 Nov", "21 Nov 1997", "21 Nov 1997 09", "21 Nov 1997 09:5",
            "21 Nov 1997 9:55:6 +0000",
            "32 Jan 2000 00:00 +0000", "0 Jan 2000 00:00 +0000", "31 Apr 2000 00:00 +0000",
            "29 Feb 1900 00:00 +0000", "29 Feb 2001 00:00 +0000",
            "1 Foo 2000 00:00 +0000", "1 Ja 2000 00:00 +0000", "Foo, 1 Jan 2000 00:00 +0000",
            "1 Jan 20000 00:00 +0000", "1 Jan 0000 00:00 +0000",
            "1 Jan 2000 24:00 +0000", "1 Jan 2000 00:60 +0000", "1 Jan 2000 00:00:61 +0000",
            "1 Jan 2000 00:00 +2400", "1 Jan 2000 00:00 +0060",
            "1 Jan 2000 00:00 +000", "1 Jan 2000 00:00 +00000", "1 Jan 2000 00:00 +",
            "1 Jan 2000 00:00 +0000 x", "1 Jan 2000 00:00 GMT+2",
            "99999999999999999999 Jan 2000 00:00 +0000", "1 Jan 99999999999999999999 00:00 +0000",
            "-1 Jan 2000 00:00 +0000",
        ])
    func refused(_ text: String) {
        #expect(MailDate([UInt8](text)) == nil)
    }

    @Test(
        "are written",
        arguments: [
            (880_127_706, -21_600, "Fri, 21 Nov 1997 09:55:06 -0600"),
            (0, 0, "Thu, 1 Jan 1970 00:00:00 +0000"),
            (-1, 0, "Wed, 31 Dec 1969 23:59:59 +0000"),
            (951_805_800, 19_800, "Tue, 29 Feb 2000 12:00:00 +0530"),
            (951_782_400, -59, "Tue, 29 Feb 2000 00:00:00 +0000"),
            (-62_135_596_800, 0, "Mon, 1 Jan 0001 00:00:00 +0000"),
            (Int64.max, 0, "Fri, 31 Dec 9999 23:59:59 +0000"),
            (Int64.min, 0, "Mon, 1 Jan 0001 00:00:00 +0000"),
            (0, Int.max, "Thu, 1 Jan 1970 23:59:00 +2359"),
            (0, Int.min, "Wed, 31 Dec 1969 00:01:00 -2359"),
        ])
    func written(_ seconds: Int64, _ zone: Int, _ expected: String) {
        #expect(MailDate.format(seconds: seconds, zoneOffset: zone) == expected)
    }

    @Test("that are written are read as the same")
    func roundTrip() {
        var random = Random(seed: 3)
        let cases = 20_000
        for _ in 0..<cases {
            let seconds = Int64(bitPattern: random.next()) % 250_000_000_000 / 5 * 4
            let zone = (random.next(47 * 60) - 23 * 60) * 60
            let bounded = max(seconds, -62_000_000_000)
            let date = MailDate(seconds: bounded, zoneOffset: zone)
            let again = MailDate([UInt8](date.text))
            #expect(again == date)
        }
        print("dates written and read: \(cases) cases")
    }

    @Test("have days that follow one another, with their weekdays")
    func everyDay() throws {
        var previous = try #require(CivilDate(year: 1599, month: 12, day: 31))
        var count = 0
        for number in (previous.dayNumber + 1)...(previous.dayNumber + 400 * 366) {
            let date = CivilDate(seconds: Int64(number) * 86_400 + 86_399)
            #expect(date.dayNumber == number)
            #expect(date.weekday == (previous.weekday + 1) % 7)
            let isNext =
                date.day == previous.day + 1 && date.month == previous.month && date.year == previous.year
                || date.day == 1 && previous.day >= 28
                    && (date.month == previous.month + 1 && date.year == previous.year
                        || date.month == 1 && previous.month == 12 && date.year == previous.year + 1)
            #expect(isNext)
            previous = date
            count += 1
        }
        print("consecutive days: \(count) cases")
    }
}
