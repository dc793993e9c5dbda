import Testing

@testable import Sieve

@Suite("date (RFC 5260 §4, §5)")
struct DateTests {
    private static let message = """
        Received: from a by b (a; comment) with SMTP id 1.2;
         Wed, 12 Nov 2014 18:18:31 +0100
        Received: from c by d; Wed, 12 Nov 2014 18:18:30 +0100
        Date: Mon, 20 Jul 2009 23:44:43 +0300
        X-Leap: Sat, 29 Feb 2020 23:59:60 -0500
        X-Old: 1 Jan 70 00:00 EST
        X-Bad: Mon, 32 Jul 2009 21:44:43 +0300
        X-Bad2: Sun, 29 Feb 2009 21:44:43 +0300
        X-Empty:
        X-List: first 1 Jan 2000 00:00:00 +0000; 2 Feb 2001 01:02:03 +0000

        """

    private func truth(_ test: String) -> Bool? {
        holds(test, require: "date index relational variables") { $0.message = Self.message }
    }

    @Test(
        "every part has the form of RFC 5260 §4.2",
        arguments: [
            ("year", "2009"), ("month", "07"), ("day", "20"), ("date", "2009-07-20"), ("julian", "55032"),
            ("hour", "23"), ("minute", "44"), ("second", "43"), ("time", "23:44:43"),
            ("iso8601", "2009-07-20T23:44:43+03:00"), ("std11", "Mon, 20 Jul 2009 23:44:43 +0300"),
            ("zone", "+0300"), ("weekday", "1"), ("WEEKDAY", "1"),
            ("Std11", "mon, 20 jul 2009 23:44:43 +0300"),
        ])
    func parts(_ part: String, _ expected: String) {
        #expect(truth("date :originalzone \"date\" \"\(part)\" \"\(expected)\"") == true, "\(part)")
        #expect(truth("date :originalzone \"date\" \"\(part)\" \"\(expected)x\"") == false, "\(part)")
    }

    @Test(
        "the date is looked at in the zone that is asked for (RFC 5260 §4.1)",
        arguments: [
            ("date \"date\" \"iso8601\" \"2009-07-20T21:44:43+01:00\"", true),
            ("date :zone \"+0100\" \"date\" \"hour\" \"21\"", true),
            ("date :zone \"+0545\" \"date\" \"iso8601\" \"2009-07-21T02:29:43+05:45\"", true),
            ("date :zone \"-0330\" \"date\" \"zone\" \"-0330\"", true),
            ("date :zone \"+0000\" \"date\" \"zone\" \"+0000\"", true),
            ("date :originalzone \"x-old\" \"zone\" \"-0500\"", true),
            ("date :zone \"+0000\" \"x-old\" \"iso8601\" \"1970-01-01T05:00:00+00:00\"", true),
            ("date :zone \"+0315\" \"date\" \"day\" \"21\"", false),
            ("date :zone \"+0316\" \"date\" \"day\" \"21\"", true),
        ])
    func zones(_ test: String, _ expected: Bool) {
        #expect(truth(test) == expected, "\(test)")
    }

    @Test(
        "fields",
        arguments: [
            // The first of several, unless :index says otherwise.
            ("date :originalzone \"received\" \"second\" \"31\"", true),
            ("date :originalzone \"received\" \"second\" \"30\"", false),
            ("date :originalzone :index 2 \"received\" \"second\" \"30\"", true),
            ("date :originalzone :index 1 :last \"received\" \"second\" \"30\"", true),
            ("date :index 3 :contains \"received\" \"second\" \"\"", false),
            ("date :zone \"+0000\" \"x-list\" \"date\" \"2001-02-02\"", true),
            // What is no date is as if it were not there.
            ("date :matches \"x-bad\" \"year\" \"*\"", false),
            ("date :matches \"x-bad2\" \"year\" \"*\"", false),
            ("date :contains \"x-empty\" \"year\" \"\"", false),
            ("date :contains \"x-missing\" \"year\" \"\"", false),
            ("date :contains \"date:\" \"year\" \"\"", false),
            ("date :count \"eq\" \"date\" \"year\" \"1\"", true),
            ("date :count \"eq\" \"x-bad\" \"year\" \"0\"", true),
            ("date :count \"eq\" \"x-missing\" \"year\" \"0\"", true),
            ("date :count \"eq\" \"received\" \"year\" \"1\"", true),
            ("date :value \"ge\" :originalzone \"date\" \"date\" \"2009-07-20\"", true),
            ("date :value \"gt\" :originalzone \"date\" \"date\" \"2009-07-20\"", false),
            ("date :originalzone \"x-leap\" \"year\" \"2020\"", true),
        ])
    func fields(_ test: String, _ expected: Bool) {
        #expect(truth(test) == expected, "\(test)")
    }

    @Test(
        "currentdate is the time of the delivery, in the local zone (RFC 5260 §5)",
        arguments: [
            ("currentdate \"iso8601\" \"2009-11-20T11:30:00+01:00\"", true),
            ("currentdate :zone \"+0000\" \"iso8601\" \"2009-11-20T10:30:00+00:00\"", true),
            ("currentdate :zone \"-1200\" \"date\" \"2009-11-19\"", true),
            ("currentdate \"weekday\" \"5\"", true),
            ("currentdate :value \"ge\" \"date\" \"2009-11-20\"", true),
            ("currentdate :value \"le\" \"date\" \"2009-11-19\"", false),
            ("currentdate :count \"eq\" \"date\" \"1\"", true),
            ("currentdate :matches \"std11\" \"Fri, 20 Nov 2009 *\"", true),
        ])
    func currentDate(_ test: String, _ expected: Bool) {
        #expect(truth(test) == expected, "\(test)")
    }

    @Test("names with variables are resolved when the script runs")
    func variables() {
        let script = """
            require ["date", "variables", "fileinto"];
            set "p" "YEAR"; set "z" "+0600"; set "f" "date"; set "bad" "nonsense";
            if date :originalzone "${f}" "${p}" "2009" { fileinto "A"; }
            if date :zone "${z}" "date" "zone" "+0600" { fileinto "B"; }
            if date :zone "${bad}" "date" "zone" "+0100" { fileinto "C"; }
            if date :matches "date" "${bad}" "*" { fileinto "D"; }
            if currentdate :matches "year" "20*" { set "y" "${1}"; }
            fileinto "${y}";
            """
        var test = SieveCase(script)
        test.message = Self.message
        #expect(test.outcome() == ["fileinto A", "fileinto B", "fileinto C", "fileinto 09"])
    }

    @Test(
        "what is wrong is found when the script is compiled",
        arguments: [
            ("date \"date\" \"yeer\" \"2009\"", ["warning invalid-date-part"]),
            ("date :zone \"0100\" \"date\" \"year\" \"2009\"", ["warning invalid-zone"]),
            ("date :zone \"+2500\" \"date\" \"year\" \"2009\"", ["warning invalid-zone"]),
            ("date :zone 1 \"date\" \"year\" \"2009\"", ["wrong-argument"]),
            ("date :zone \"+0100\" :originalzone \"date\" \"year\" \"2009\"", ["repeated-tag"]),
            ("date :originalzone :originalzone \"date\" \"year\" \"2009\"", ["repeated-tag"]),
            ("date [\"date\"] \"year\" \"2009\"", ["wrong-argument"]),
            ("date \"date\" \"year\"", ["missing-argument"]),
            ("date \"date\"", ["missing-argument"]),
            ("currentdate :originalzone \"year\" \"2009\"", ["unknown-tag"]),
            ("currentdate \"year\"", ["missing-argument"]),
            ("currentdate \"year\" 2009", ["wrong-argument"]),
        ])
    func diagnostics(_ test: String, _ expected: [String]) {
        #expect(SieveCase.codes("require \"date\"; if \(test) {}") == expected, "\(test)")
    }

    @Test("a host far from any clock harms nobody", arguments: [Int64.min, Int64.max, 0])
    func extremes(_ time: Int64) {
        for zone in [Int.min, -100_000, 0, 100_000, Int.max] {
            let result = holds("currentdate :matches \"iso8601\" \"????-??-??T??:??:??*\"", require: "date") {
                $0.host.time = time
                $0.host.zone = zone
            }
            #expect(result == true)
        }
    }
}
