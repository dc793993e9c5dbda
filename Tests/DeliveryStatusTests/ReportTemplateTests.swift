import Platform
import Testing

@testable import DeliveryStatus

@Suite struct ReportTemplateTests {
    @Test(
        "a template is a subject, an empty line and a text",
        arguments: [
            ("Subject: Hello\n\nText\n", "Hello", "Text"),
            ("subject:Hello\r\n\r\nOne\r\n\r\nTwo\r\n\r\n", "Hello", "One\n\nTwo"),
            ("\u{FEFF}SUBJECT:   Grüße \n\tan  alle\n\n\nText {host}", "Grüße an alle", "\nText {host}"),
            ("Subject: a\n\nSubject: b\nTo: c\n", "a", "Subject: b\nTo: c"),
            ("Subject: a\u{85}b\u{202E}c\n\nx", "a b?c", "x"),
        ])
    func template(_ template: String, _ subject: String, _ text: String) throws {
        #expect(
            try ReportWording(template: Array(template.utf8)) == ReportWording(subject: subject, text: text))
    }

    @Test(
        "what is none is told apart",
        arguments: [
            ("", .noSubject), ("Text\n", .noSubject), ("To: x\nSubject: a\n\ntext", .noSubject),
            ("Subject: a\nTo: x\n\ntext", .noSubject), ("Subject: \n\ntext", .noSubject),
            ("Subject: a", .noText), ("Subject: a\n", .noText), ("Subject: a\n\n", .noText),
            ("Subject: a\n\n \n\t\n", .noText), ("Subject: a\ntext", .noSubject),
            ("Subject: a\n\n" + String(repeating: "x", count: 65_525), .tooLong),
        ] as [(String, ReportWording.TemplateProblem)])
    func unusable(_ template: String, _ problem: ReportWording.TemplateProblem) {
        #expect(throws: problem) { try ReportWording(template: Array(template.utf8)) }
    }

    @Test("a template is UTF-8, and has an end")
    func bytes() throws {
        #expect(throws: ReportWording.TemplateProblem.notUTF8) {
            try ReportWording(template: Array("Subject: a\n\nGr".utf8) + [0xFC])
        }
        let longest = Array("Subject: a\n\n".utf8) + [UInt8](repeating: 0x78, count: 65_524)
        #expect(try ReportWording(template: longest).text.utf8.count == 65_524)
    }

    @Test(
        "the templates in packaging are whole; the English ones say what is built in",
        arguments: ["de", "en"])
    func examples(_ language: String) throws {
        let place = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(
            separator: "/")
        let names: Set = [
            "{host}", "{sender}", "{recipient}", "{arrival}", "{until}", "{reason}", "{postmaster}",
        ]
        for kind in ReportWording.Kind.allCases {
            let path = "\(place)/packaging/templates/\(language)/\(kind.templateName)"
            let bytes = try OwnedFileDescriptor(reading: path).readAll(limit: 1 << 16, path: path)
            let template = try ReportWording(template: bytes)
            let used = template.text.matches(of: /\{[^}]*\}/).map { String($0.output) }
            #expect(names.isSuperset(of: used))
            let builtIn = ReportWording.builtIn(kind)
            #expect(template.text.contains("{recipient}") == builtIn.text.contains("{recipient}"))
            if language == "en" {
                #expect(template.subject == builtIn.subject)
                #expect(template.text == builtIn.text.trimmed)
            }
        }
    }
}

extension String {
    /// Without line ends at its end.
    fileprivate var trimmed: String {
        var text = self
        while text.last == "\n" { text.removeLast() }
        return text
    }
}
