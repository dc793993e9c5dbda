import Foundation
import Testing

@testable import Sieve

/// postmaster-sieve(7) says what the engine has.
@Suite("The manual of the language")
struct ManualTests {
    private let page: String

    init() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        page = try String(
            contentsOf: folder.appendingPathComponent("man/postmaster-sieve.7"), encoding: .utf8)
    }

    /// The lines between two marks of the page.
    private func lines(from start: String, to end: String) throws -> [String] {
        let start = try #require(page.range(of: start)).upperBound
        let end = try #require(page.range(of: end, range: start..<page.endIndex)).lowerBound
        return page[start..<end].split(separator: "\n").map(String.init)
    }

    /// What the first column of the table names.
    private func names(_ lines: [String]) -> [String] {
        lines.filter { $0.hasPrefix(".It Cm ") }.map {
            String($0.dropFirst(".It Cm ".count).prefix { $0 != " " })
        }
    }

    @Test("it lists every capability that there is, and no other, once")
    func capabilities() throws {
        let documented = names(try lines(from: ".Ss Capabilities\n", to: ".Ss Mailboxes\n"))
        let existing = SieveExtension.all.map(\.capability)
        #expect(Set(documented).subtracting(existing) == [], "there is no such capability")
        #expect(Set(existing).subtracting(documented) == [], "not documented")
        #expect(documented.count == existing.count)
    }

    @Test("it tells those apart that a site has to name")
    func optional() throws {
        let documented = names(try lines(from: "These only where\n", to: ".Ss Mailboxes\n"))
        #expect(Set(documented) == Set(SieveExtension.all.filter(\.isOptional).map(\.capability)))
    }

    @Test("each capability says where it is from, and what it gives")
    func origins() throws {
        for line in try lines(from: ".Ss Capabilities\n", to: ".Ss Mailboxes\n")
        where line.hasPrefix(".It Cm ") {
            let columns = line.components(separatedBy: " Ta ")
            #expect(columns.count == 3 && columns.allSatisfy { !$0.isEmpty }, "\(line)")
            guard columns.count == 3 else { continue }
            let isKnown = ["RFC ", "draft-", "Dovecot"].contains { columns[1].hasPrefix($0) }
            #expect(isKnown, "\(line)")
        }
    }

    @Test("RFCs that capabilities are from are among the standards")
    func standards() throws {
        let standards = try #require(page.components(separatedBy: ".Sh STANDARDS\n").last)
        for line in try lines(from: ".Ss Capabilities\n", to: ".Ss Mailboxes\n") {
            for match in line.matches(of: /RFC ([0-9]+)/) {
                #expect(standards.contains("RFC \(match.1)"), "RFC \(match.1)")
            }
        }
    }

    private static let limits: [(String, String)] = {
        let limits = SieveLimits()
        let mebibytes = { (octets: Int) in "\(octets >> 20) MiB" }
        return [
            ("octets of a script", mebibytes(limits.scriptBytes)),
            ("actions of all scripts", "\(limits.actions)"),
            ("redirects among them", "\(limits.redirects)"),
            ("octets looked at and commands executed", "\(limits.steps)"),
            ("nested blocks or tests", "\(limits.nesting)"),
            ("arguments of a command or test", "\(limits.arguments)"),
            ("octets of a string", mebibytes(limits.stringBytes)),
            ("variables of a script", "\(limits.variables)"),
            ("octets of a variable", "\(limits.variableBytes)"),
            ("octets of a variable's name", "\(limits.variableNameBytes)"),
            ("highest match variable", "\(limits.matchVariable)"),
            ("flags of an action or a variable", "\(limits.flags)"),
            ("included scripts", "\(limits.includes)"),
            ("scripts included one in the other", "\(limits.includeDepth)"),
            ("seconds between answers, least", "\(limits.vacationMinimum)"),
            ("seconds between answers, usual", "\(limits.vacationDefault)"),
            ("seconds between answers, most", "\(limits.vacationMaximum)"),
            ("messages that a delivery remembers", "\(limits.duplicateMarks)"),
            ("seconds of a duplicate, usual", "\(limits.duplicateSeconds)"),
            ("seconds of a duplicate, most", "\(limits.duplicateSecondsMaximum)"),
            ("notifications of a message", "\(limits.notifications)"),
            ("recipients of a notification", "\(limits.notificationRecipients)"),
            ("fields of a mailto URI", "\(limits.notificationFields)"),
            ("arguments of a program", "\(limits.programArguments)"),
            ("octets of such an argument", "\(limits.programArgumentBytes)"),
            ("fields that are added", "\(limits.addedFields)"),
            ("octets of an added field", "\(limits.addedFieldBytes)"),
            ("loops of foreverypart in each other", "\(limits.loops)"),
            ("octets of decoded bodies", mebibytes(limits.bodyBytes)),
            ("octets of a rewritten message", mebibytes(limits.rewrittenBytes)),
        ]
    }()

    @Test("its limits are those of the engine", arguments: limits)
    func limit(name: String, value: String) throws {
        let table = try lines(from: ".Ss Limits\n", to: ".Ss Deviations\n")
        #expect(table.contains { $0.hasPrefix(".It \(name) Ta \(value) Ta") }, "\(name) is \(value)")
    }
}
