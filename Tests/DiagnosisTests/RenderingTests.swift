import Foundation
import MailLog
import Testing

@testable import Diagnosis

@Suite("Renderings of explanations")
struct RenderingTests {
    private static let script = """
        require ["fileinto", "variables"];
        # rule:[Lists]
        if allof (header :matches "subject" "hello *", exists "none") {
            fileinto "Lists";
        }
        set "a" "b";
        fileinto "X.y";
        """

    @Test("text has each test with its outcome, values and captures")
    func text() throws {
        let text = TextRendering(isColoured: false).text(try ExplainedCase(Self.script).explanation())
        for line in [
            "script s1  /s1.sieve", "# Lists", "header :matches \"subject\" \"hello *\"  true",
            "subject: \"Hello World\"  matches \"hello *\"", "exists \"none\"  false",
            "fileinto \"Lists\"  -- the test at 3:4 is false", "= \"b\"", "=> fileinto",
            "hint: levels of mailbox names are separated by / here: \"X/y\" may be meant",
            "implicit keep: no, cancelled by fileinto (s1:7)",
        ] {
            #expect(text.contains(line), "\(line)\n\(text)")
        }
        #expect(!text.contains("\u{1B}"))
        let coloured = TextRendering(isColoured: true).text(try ExplainedCase(Self.script).explanation())
        #expect(coloured.contains("\u{1B}[32mtrue\u{1B}[0m"))
    }

    private static let hostile = "</title><script>alert(1)</script>\u{1B}[2J&\"'<b>\u{202E}"

    private func hostileCase() -> ExplainedCase {
        let quoted = Self.hostile.replacingOccurrences(of: "\"", with: "\\\"")
        var test = ExplainedCase(
            "# \(Self.hostile)\nif header :contains \"subject\" [\"\(quoted)\", \"a\"] { keep; }\nredirect \"a@b.org\";"
        )
        test.message = "From: \(Self.hostile)\nSubject: \(Self.hostile)\nMessage-ID: \(Self.hostile)\n\n"
        return test
    }

    @Test("HTML has every line of the script with its outcome, and nothing from outside is markup")
    func html() throws {
        var explanation = try hostileCase().explanation()
        explanation.message.subject = Self.hostile
        explanation.warnings = [Self.hostile]
        explanation.remarks = [Self.hostile]
        explanation.logged = [(name: Self.hostile, value: Self.hostile)]
        let page = HTMLRendering.html(explanation)
        #expect(page.hasPrefix("<!DOCTYPE html>"))
        #expect(!page.contains("<script") && !page.contains("<b>") && !page.contains("\u{1B}"))
        #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        for resource in ["src=", "href=", "url(", "http://", "https://", "@import"] {
            #expect(!page.contains(resource), "\(resource)")
        }
        #expect(page.contains("<td class=\"no\">3</td><td class=\"c\">redirect &quot;a@b.org&quot;;</td>"))
        #expect(page.contains("header: true"))
        #expect(page.contains("redirect: done"))
        // Every element that is opened is closed.
        for element in [
            "table", "tr", "td", "ul", "li", "div", "p", "h1", "h2", "html", "head", "body", "th",
        ] {
            let opened =
                page.components(separatedBy: "<\(element)>").count
                + page.components(separatedBy: "<\(element) ").count
            #expect(opened - 2 == page.components(separatedBy: "</\(element)>").count - 1, "\(element)")
        }
    }

    @Test("what checks say is shown in every form, and no form lets it out")
    func checks() throws {
        var explanation = try hostileCase().explanation()
        explanation.checks = [
            DeliveryRecord.Check(
                name: "clamd", result: "found", detail: Self.hostile, policy: "quarantine", milliseconds: 12),
            DeliveryRecord.Check(name: "spamd", result: "passed", milliseconds: 3),
        ]
        explanation.decision = Explanation.Decision(word: "quarantine", reason: Self.hostile)
        let text = TextRendering(isColoured: false).text(explanation)
        #expect(text.contains("clamd       found: </title>") && text.contains("(policy: quarantine)  12 ms"))
        #expect(text.contains("spamd       passed  3 ms"))
        #expect(text.contains("=> quarantine, no rule runs: </title>"))
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && $0.value != 0x7F) })
        let page = HTMLRendering.html(explanation)
        #expect(
            page.contains("What the checks say") && page.contains("quarantine, no rule runs: &lt;/title&gt;"))
        #expect(!page.contains("<script") && !page.contains("\u{1B}"))
        typealias Object = [String: Any]
        let object = try #require(
            JSONSerialization.jsonObject(with: Data(JSONRendering.json(explanation))) as? Object)
        let checks = try #require(object["checks"] as? [Object])
        #expect(checks.map { $0["name"] as? String } == ["clamd", "spamd"])
        #expect(checks.map { $0["policy"] as? String } == ["quarantine", nil])
        #expect((object["decision"] as? Object)?["decision"] as? String == "quarantine")
    }

    @Test("text cannot command a terminal")
    func terminal() throws {
        var explanation = try hostileCase().explanation()
        explanation.message.subject = Self.hostile
        let text = TextRendering(isColoured: false).text(explanation)
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || ($0.value >= 0x20 && $0.value != 0x7F) })
        #expect(!text.contains("\u{202E}"))
    }

    @Test("JSON has the same in fields that stay")
    func json() throws {
        typealias Object = [String: Any]
        let bytes = JSONRendering.json(try ExplainedCase(Self.script).explanation())
        let object = try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? Object)
        #expect(
            Set(object.keys) == [
                "message", "remarks", "logged", "checks", "decision", "outcomes", "implicit_keep", "actions",
                "not_done",
                "warnings",
                "failure", "cut", "scripts",
            ])
        let script = try #require((object["scripts"] as? [Object])?.first)
        let commands = try #require(script["commands"] as? [Object])
        #expect(commands.compactMap { $0["name"] as? String } == ["require", "if", "set", "fileinto"])
        #expect(
            commands.compactMap { $0["state"] as? String } == [
                "declaration", "executed", "executed", "executed",
            ])
        #expect(commands[1]["label"] as? String == "Lists")
        let block = try #require((commands[1]["block"] as? [Object])?.first)
        #expect(block["reason"] as? String == "the test at 3:4 is false")
        let all = try #require((commands[1]["tests"] as? [Object])?.first)
        let header = try #require((all["tests"] as? [Object])?.first)
        #expect(header["line"] as? Int == 3 && header["column"] as? Int == 11)
        let evaluation = try #require((header["evaluations"] as? [Object])?.first)
        #expect(evaluation["outcome"] as? Bool == true)
        #expect(evaluation["match"] as? String == "matches")
        #expect(evaluation["keys"] as? [String] == ["hello *"])
        let value = try #require((evaluation["values"] as? [Object])?.first)
        #expect(value["text"] as? String == "Hello World")
        #expect(value["matched"] as? String == "hello *")
        #expect(commands[2]["values"] as? [String] == ["b"])
        let action = try #require((object["actions"] as? [Object])?.first)
        #expect(action["state"] as? String == "done" && action["line"] as? Int == 7)
        #expect((object["implicit_keep"] as? Object)?["cancelled_by"] as? [Int] == [0])
    }
}
