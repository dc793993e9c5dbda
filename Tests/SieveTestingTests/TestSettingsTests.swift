import MailMessage
import Platform
import Sieve
import Testing

@testable import SieveTesting

@Suite("Settings of tests")
struct TestSettingsTests {
    private func settings(_ values: [String: String]) -> TestSettings {
        var settings = TestSettings()
        for (key, value) in values { settings.set(key, value) }
        _ = settings.reload()
        return settings
    }

    @Test("hold after they were reloaded")
    func reload() {
        var settings = TestSettings()
        settings.set("sieve_max_redirects", "7")
        #expect(settings.inForce.limits.redirects == 4)
        _ = settings.reload()
        #expect(settings.inForce.limits.redirects == 7)
        settings.set("sieve_max_redirects", nil)
        #expect(settings.inForce.limits.redirects == 7)
        _ = settings.reload()
        #expect(settings.inForce.limits.redirects == 4)
    }

    @Test(
        "periods have units",
        arguments: [
            ("1s", 1), ("2m", 120), ("3h", 10_800), ("1d", 86_400), ("4", 345_600), ("10 secs", 10),
            ("2 weeks", 1_209_600), ("3 min", 180), ("5x", nil), ("", nil), ("x", nil),
            ("-1", nil), ("99999999999999999999", nil), ("9223372036854775807d", nil),
        ] as [(String, Int?)])
    func periods(_ text: String, seconds: Int?) {
        #expect(settings(["p": text]).period("p", unit: 86_400) == seconds)
    }

    @Test(
        "sizes have units",
        arguments: [
            ("7", 7), ("4k", 4096), ("1M", 1 << 20), ("2 GB", 2 << 30), ("x", nil), ("4x", nil),
            ("99999999999G", nil),
        ] as [(String, Int?)])
    func sizes(_ text: String, octets: Int?) {
        #expect(settings(["n": text]).number("n") == octets)
    }

    @Test("older names of settings are known")
    func olderNames() {
        #expect(settings(["sieve_variables_max_variable_size": "99"]).inForce.limits.variableBytes == 99)
        #expect(settings(["sieve_variables_max_value_size": "98"]).inForce.limits.variableBytes == 98)
        #expect(settings(["sieve_vacation_dont_check_recipient": "yes"]).vacation.checksRecipient == false)
        #expect(settings(["sieve_vacation_check_recipient": "no"]).vacation.checksRecipient == false)
        #expect(settings([:]).vacation.checksRecipient)
    }

    @Test("fields are protected by both kinds of settings")
    func protection() {
        let old = settings(["sieve_editheader_protected": "subject X-Frop"]).inForce.limits
        #expect(old.unaddableFields == ["subject", "x-frop"])
        #expect(old.undeletableFields == ["subject", "x-frop"])
        let new = settings([
            "sieve_editheader_header": "a b", "sieve_editheader_header/a/name": "X-One",
            "sieve_editheader_header/a/forbid_add": "yes", "sieve_editheader_header/b/forbid_delete": "yes",
        ]).inForce.limits
        #expect(new.unaddableFields == ["x-one"])
        #expect(new.undeletableFields == ["b"])
    }

    @Test("lists have a file")
    func lists() {
        let settings = settings([
            "sieve_extlists_list": "one two", "sieve_extlists_list/one/name": "urn:one",
            "sieve_extlists_list/one/dict/file/path": "/one",
            "sieve_extlists_list/two/dict/file/path": "/two",
        ])
        #expect(settings.listFile("urn:one") == "/one")
        #expect(settings.listFile("two") == "/two")
        #expect(settings.listFile("one") == nil)
        #expect(settings.listFile("three") == nil)
    }

    private let scanned = Message(
        SharedBytes(
            Array(
                "X-Score: Yes, score=2.5 required=5.0\r\nX-Bar: xxxx\r\nX-Verdict: Spam\r\nX-None:\r\n\r\n"
                    .utf8)))

    @Test(
        "scanners are believed as the settings say",
        arguments: [
            (["status_header": "X-Score:.*score=(-?[0-9.]+)", "max_value": "5"], .fraction(0.5)),
            (
                [
                    "status_header": "X-Score: .*score=(-?[0-9.]+)",
                    "max_header": "X-Score:.*required=([0-9.]+)",
                ],
                .fraction(0.5)
            ),
            (["status_type": "strlen", "status_header": "X-Bar", "max_value": "8"], .fraction(0.5)),
            (["status_type": "strlen", "status_header": "X-None", "score_max_value": "8"], .fraction(0)),
            (["status_type": "text", "status_header": "X-Verdict", "text_value10": "Spam"], .fraction(1)),
            (["status_type": "text", "status_header": "X-Verdict", "text_value/1": "Spam"], .fraction(0)),
            (["status_type": "text", "status_header": "X-Verdict", "text_value1": "Ham"], .unknown),
            (["status_header": "X-Nowhere", "max_value": "5"], .unknown),
            (["status_header": "X-Score:(", "max_value": "5"], .unknown),
            (["status_header": "X-Bar", "max_value": "5"], .unknown),
            (["status_header": "X-Score:.*score=(-?[0-9.]+)"], .unknown),
        ] as [([String: String], ScanScore)])
    func scanners(_ values: [String: String], score: ScanScore) {
        let named = Dictionary(uniqueKeysWithValues: values.map { ("sieve_spamtest_" + $0.key, $0.value) })
        #expect(ScannerSettings(.spam, settings(named)).score(of: scanned) == score)
    }
}
