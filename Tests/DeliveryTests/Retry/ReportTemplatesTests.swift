import DeliveryStatus
import Platform
import Settings
import Testing

@testable import Delivery

@Suite struct ReportTemplatesTests {
    private let temporary: TemporaryDirectory
    private let configuration: Configuration

    init() throws {
        temporary = try TemporaryDirectory()
        try temporary.makeDirectory("templates")
        let path = temporary.path("postmaster.toml")
        let toml = Array("[bounce]\ntemplates = \"\(temporary.path)/templates\"\n".utf8)
        try temporary.write("postmaster.toml", toml)
        var configuration = Configuration()
        let problems = configuration.read(toml.span, path: path)
        #expect(problems.isEmpty)
        self.configuration = configuration
    }

    private func wording(_ kind: ReportWording.Kind = .failed) -> (wording: ReportWording, warnings: [String])
    {
        var warnings: [String] = []
        let wording = ReportTemplates(configuration).wording(for: kind, warnings: &warnings)
        return (wording, warnings)
    }

    @Test("a site's own text is used, and the built-in one where it has none")
    func own() throws {
        try temporary.write("templates/failed.txt", "Subject: Grüße\r\n\r\nEine {host}\r\n")
        #expect(wording().wording == ReportWording(subject: "Grüße", text: "Eine {host}"))
        for kind in ReportWording.Kind.allCases where kind != .failed {
            #expect(wording(kind).wording == .builtIn(kind))
            #expect(wording(kind).warnings.isEmpty)
        }
        var warnings: [String] = []
        let builtIn = ReportTemplates(Configuration()).wording(for: .delayed, warnings: &warnings)
        #expect(builtIn == .builtIn(.delayed) && warnings.isEmpty)
    }

    @Test("what cannot be used is as good as none, with a warning that says why")
    func unusable() throws {
        let good = "Subject: a\n\nb\n"
        for (text, permissions, reason) in [
            ("no subject", 0o644, "does not begin"), (good, 0o664, "others may write"),
            (good, 0o646, "others may write"),
            ("Subject: a\n\n" + String(repeating: "x", count: 70_000), 0o644, "too large"),
        ] as [(String, UInt32, String)] {
            try temporary.write("templates/failed.txt", text, permissions: permissions)
            let found = wording()
            #expect(found.wording == .builtIn(.failed))
            #expect(found.warnings.count == 1)
            #expect(found.warnings.first?.contains(reason) == true, "\(found.warnings)")
            #expect(found.warnings.first?.contains("failed.txt") == true)
        }
        try run("/bin/rm", temporary.path("templates/failed.txt"))
        try run("/usr/bin/mkfifo", "-m", "600", temporary.path("templates/failed.txt"))
        #expect(wording().warnings.first?.contains("not a regular file") == true)
        try run("/bin/rm", temporary.path("templates/failed.txt"))
        try temporary.makeDirectory("templates/failed.txt")
        #expect(wording().warnings.count == 1)
    }

    @Test("a directory that others may write to, or that is not there, is not used")
    func directory() throws {
        try temporary.write("templates/failed.txt", "Subject: a\n\nb\n")
        try run("/bin/chmod", "777", temporary.path("templates"))
        #expect(wording().wording == .builtIn(.failed))
        #expect(wording().warnings.first?.contains("others may write") == true)
        try run("/bin/rm", "-r", temporary.path("templates"))
        #expect(wording().wording == .builtIn(.failed))
        #expect(wording().warnings.count == 1)
    }

    @Test("a link is followed to what root, or who wrote the configuration, has", .enabled(if: isSuperuser))
    func owners() throws {
        try temporary.write("text", "Subject: a\n\nb\n")
        try run("/bin/ln", "-s", temporary.path("text"), temporary.path("templates/failed.txt"))
        #expect(wording().wording.subject == "a")
        try run("/bin/chown", "65534", temporary.path("text"))
        #expect(wording().warnings.first?.contains("belongs to uid 65534") == true)
        try run("/bin/chown", "65534", temporary.path("postmaster.toml"))
        #expect(wording().wording.subject == "a")
        try run("/bin/chown", "65533", temporary.path("templates"))
        #expect(wording().warnings.first?.contains("belongs to uid 65533") == true)
    }
}
