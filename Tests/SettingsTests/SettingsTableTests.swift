import ContentChecks
import Foundation
import Testing

@testable import Settings

/// The names of all fields of a configuration, slices within slices; reflection is for tests only.
private func fields(of configuration: Configuration) -> [String] {
    Mirror(reflecting: configuration).children.flatMap { slice -> [String] in
        guard let section = slice.label, section != "origins" else { return [] }
        if section == "boxedChecks" { return fields(of: configuration.checks, in: "checks") }
        return fields(of: slice.value, in: section)
    }
}

private func fields(of slice: Any, in section: String) -> [String] {
    Mirror(reflecting: slice).children.flatMap { field -> [String] in
        guard let name = field.label else { return [] }
        // Limits are keys of the slice that has them.
        if field.value is ExaminationLimits { return fields(of: field.value, in: section) }
        let isSlice =
            Mirror(reflecting: field.value).displayStyle == .struct
            && String(reflecting: type(of: field.value)).hasPrefix("Settings.Configuration.")
        return isSlice ? fields(of: field.value, in: "\(section).\(name)") : ["\(section).\(name)"]
    }
}

@Suite struct SettingsTableTests {
    @Test("every field of the configuration is reached by exactly one key, and every key reaches a field")
    func completeness() throws {
        let fields = fields(of: Configuration())
        #expect(SettingsKey.all.count == fields.count)
        // A key of section s reaches a field of slice s; so equal counts by section leave none out.
        for section in SettingsKey.sections {
            let keys = SettingsKey.all.filter { $0.section == section }
            let own = fields.filter { $0.prefix(upTo: $0.lastIndex(of: ".") ?? $0.endIndex) == section }
            #expect(keys.count == own.count, "\(section)")
        }
    }

    @Test("names are unique, and sections hold together")
    func names() {
        let names = SettingsKey.all.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(Set(SettingsKey.sections).count == SettingsKey.sections.count)
        for name in names {
            #expect((2...3).contains(name.split(separator: ".").count))
            #expect(
                name.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || $0 == 0x2E || $0 == 0x2D }, "\(name)")
        }
    }

    @Test("each key changes its own value only")
    func independence() throws {
        let samples = [
            "\"/sample\"", "\"fs\"", "\"utf-8\"", "\".\"", "true", "false", "\"7s\"", "\"3m\"", "7",
            "\"qmail\"", "\"nss\"", "\"dovecot:/x\"", "\"++\"",
            "\"tempfail\"", "\"a@b\"", "[\"/s\"]", "[\"x\"]", "\"1G\"", "\"stderr\"", "\"json\"", "\"user\"",
            "\"3K\"", "\"5K\"", "150", "\"recipient\"", "\"\\\\Own=x\"",
            "\"lmtp:unix:/x\"", "\"x.org smtp://h\"", "\"connection: 7m\"", "\"required\"", "\"9d\"",
            "\"hold\"", "\"stream\"", "\"discard\"", "\"tag\"", "\"icap://h/s\"", "\"end\"",
            "\"reject\"", "\"Trash:ignore\"", "\"80%\"",
        ]
        let before = Configuration().entries()
        for key in SettingsKey.all {
            var changed = false
            for sample in samples {
                var configuration = Configuration()
                guard configuration.read(Array("\(key.name) = \(sample)".utf8), path: "p").isEmpty else {
                    continue
                }
                let after = configuration.entries()
                let differing = zip(before, after).filter { $0.value != $1.value }.map(\.0.name)
                #expect(differing.isEmpty || differing == [key.name])
                changed = changed || !differing.isEmpty
            }
            #expect(changed, "no sample changes \(key.name)")
        }
    }

    @Test("a default, written and read again, is the default")
    func defaultsAreValid() {
        for entry in Configuration().entries() {
            var configuration = Configuration()
            let problems = configuration.read(Array("\(entry.name) = \(entry.value)".utf8), path: "p")
            #expect(problems.isEmpty, "\(entry)")
            #expect(configuration.entries().map(\.value) == Configuration().entries().map(\.value))
        }
    }

    @Test("no key takes a value of a wrong type")
    func wrongTypes() {
        for key in SettingsKey.all {
            var configuration = Configuration()
            for value in ["2026-01-01", "[1]", "{a = 1}", "1.5", "-1", "\"\\u0007\""] {
                let problems = configuration.read(Array("\(key.name) = \(value)".utf8), path: "p")
                #expect(problems.count == 1, "\(key.name) = \(value)")
            }
            #expect(configuration == Configuration())
        }
    }

    @Test("summaries are sentences without an end")
    func summaries() {
        for key in SettingsKey.all {
            #expect(key.summary.first?.isUppercase == true && key.summary.last != ".", "\(key.name)")
            #expect(key.summary.count <= 110, "\(key.name)")
        }
    }

    @Test("the keys that sites and checks rely on are there")
    func fixedNames() {
        let names = Set(SettingsKey.all.map(\.name))
        for name in [
            "mail.root", "mail.layout", "mail.max-size", "users.source", "spool.directory", "spool.mode",
            "retry.schedule",
            "retry.expire", "retry.warn", "bounce.from", "bounce.postmaster", "sieve.personal",
            "sieve.before",
            "sieve.after", "sieve.extensions", "quota.limit", "log.target", "log.format",
        ] {
            #expect(names.contains(name), "\(name)")
        }
    }
}

@Suite struct SettingsDocumentationTests {
    private var packagedFile: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("packaging/postmaster.toml")
    }

    @Test("the file that is packaged is the one that the table makes")
    func packaged() throws {
        let packaged = try String(contentsOf: packagedFile, encoding: .utf8)
        #expect(packaged == SettingsKey.commentedFile())
    }

    @Test(
        "the commented file is a file without settings, and without the comment signs one with all defaults")
    func commentedFile() {
        let file = SettingsKey.commentedFile()
        var configuration = Configuration()
        let commented = configuration.read(Array(file.utf8), path: "p")
        #expect(commented.isEmpty)
        #expect(configuration == Configuration())
        let lines = file.split(separator: "\n", omittingEmptySubsequences: false)
        let uncommented = lines.map {
            $0.hasPrefix("#") && !$0.hasPrefix("# ") && $0 != "#" ? $0.dropFirst() : $0
        }
        let problems = configuration.read(Array(uncommented.joined(separator: "\n").utf8), path: "p")
        #expect(problems.map(\.description) == [])
        #expect(configuration.entries().allSatisfy { $0.origin != .builtIn })
        #expect(configuration.entries().map(\.value) == Configuration().entries().map(\.value))
    }

    @Test("the manual names every key, and no line of it is taken for a macro by mistake")
    func manual() {
        let manual = SettingsKey.manualSection()
        for key in SettingsKey.all {
            #expect(
                manual.contains(
                    ".It Cm \(key.name.replacing("-", with: "\\-").replacing(".", with: "\\&.")) "),
                "\(key.name)")
        }
        let macros: Set = [".Ss", ".Bl", ".It", ".El"]
        for line in manual.split(separator: "\n") where line.hasPrefix(".") {
            #expect(macros.contains(String(line.prefix(3))), "\(line)")
        }
        #expect(!manual.split(separator: "\n").contains { $0.hasPrefix("'") })
        #expect(manual.utf8.allSatisfy { $0 == 0x0A || ($0 >= 0x20 && $0 < 0x7F) })
    }
}
