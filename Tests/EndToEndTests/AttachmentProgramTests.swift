import Foundation
import Testing

/// postmaster-attachments as it is installed: what it asks of the kernel, and what it takes.
@Suite("The program that looks at attachments")
struct AttachmentProgramTests {
    private static func message(_ name: String, _ contents: Data) -> Data {
        let head = """
            From: a@b.example
            Content-Type: application/octet-stream; name="\(name)"
            Content-Disposition: attachment; filename="\(name)"
            Content-Transfer-Encoding: base64


            """
        return Data(head.utf8) + contents.base64EncodedData(options: .lineLength76Characters)
            + Data("\n".utf8)
    }

    /// A zip that Python packs: names and texts.
    private static func zip(_ files: [(String, String)]) throws -> Data {
        let place = try Workplace()
        let calls = files.map { "z.writestr('\($0.0)', '\($0.1)')" }.joined(separator: "; ")
        try succeed(
            "/usr/bin/python3",
            ["-c", "import zipfile; z = zipfile.ZipFile('\(place["zip"])', 'w'); \(calls); z.close()"])
        return try Data(contentsOf: URL(fileURLWithPath: place["zip"]))
    }

    private static func report(_ message: Data, _ options: [String] = []) throws -> Completed {
        try run(try Program.attachments.path(), options, input: message)
    }

    @Test("names of entries are in the report")
    func names() throws {
        let message = Self.message("papers.zip", try Self.zip([("a.txt", "text"), ("run.exe", "MZ")]))
        let completed = try Self.report(message)
        #expect(completed.code == 0)
        #expect(completed.output.hasPrefix("PMA1"))
        for name in ["papers.zip", "a.txt", "run.exe", "application/zip"] {
            #expect(completed.output.contains(name), "\(name)")
        }
    }

    @Test("the message is what comes behind the offset, from a file and from a pipe")
    func offset() throws {
        let place = try Workplace()
        let message = Self.message("one.txt", Data("text\n".utf8))
        let trace = Data("Received: from x; name=two.txt\n".utf8)
        try (trace + message).write(to: URL(fileURLWithPath: place["message"]))
        let program = try Program.attachments.path()
        for command in [
            "exec '\(program)' --offset \(trace.count) < message",
            "cat message | '\(program)' --offset \(trace.count)",
        ] {
            let completed = try run("/bin/sh", ["-c", command], directory: place.path)
            #expect(completed.code == 0)
            #expect(completed.output.contains("one.txt"))
            #expect(!completed.output.contains("two.txt"))
        }
        let beyond = try run(
            "/bin/sh", ["-c", "exec '\(program)' --offset 999999 < message"], directory: place.path)
        #expect(beyond.code == 0)
    }

    @Test("any user may run it")
    func user() throws {
        let place = try Workplace()
        let completed = try run(
            try place.program(.attachments), [], input: Self.message("a.txt", Data("text\n".utf8)),
            user: isRoot ? .nobody : nil)
        #expect(completed.code == 0)
        #expect(completed.output.contains("a.txt"))
    }

    @Test(
        "what it cannot do without it says, and looks at nothing",
        arguments: [["--magic", "/nowhere"], ["--depth", "x"], ["--depth", "-1"], ["--what"], ["word"]])
    func refusals(options: [String]) throws {
        let completed = try Self.report(Self.message("a.txt", Data()), options)
        #expect(completed.code == 75)
        #expect(completed.output.isEmpty)
        #expect(completed.errors.hasPrefix("postmaster-attachments: "))
        #expect(completed.errors.split(separator: "\n").count == 1)
    }

    @Test("from the moment of its confinement on it computes, and writes its report")
    func systemCalls() throws {
        let place = try Workplace()
        let names = ["zip", "7zip", "iso9660", "pax", "cpio"]
        try place.makeDirectory("d")
        try place.write("text\n", to: "d/a.txt")
        for format in names {
            try succeed(
                "/usr/bin/bsdtar", ["-C", place.path, "--format", format, "-cf", place["archive"], "d"])
            let archive = try Data(contentsOf: URL(fileURLWithPath: place["archive"]))
            try Self.message("archive.\(format)", archive).write(to: URL(fileURLWithPath: place["message"]))
            let program = try Program.attachments.path()
            try succeed(
                "/bin/sh",
                ["-c", "strace -o '\(place["trace"])' '\(program)' < '\(place["message"])' > /dev/null"])
            let calls = place.read("trace").split(separator: "\n").map { String($0.prefix { $0 != "(" }) }
            let filter = try #require(calls.lastIndex(of: "seccomp"))
            let allowed = [
                "brk", "mmap", "munmap", "mremap", "madvise", "write", "close", "futex", "clock_gettime",
            ]
            for call in calls[(filter + 1)...] where !call.hasPrefix("exit_group") && !call.hasPrefix("+++") {
                #expect(allowed.contains(call), "\(format): \(call)")
            }
            if isRoot { #expect(place.read("trace").contains("setresuid(65534, 65534, 65534)")) }
            #expect(place.read("trace").contains("RLIMIT_DATA, {rlim_cur=65536*1024, rlim_max=65536*1024}"))
        }
    }

    @Test("nothing is taken from the home or the environment of who starts it")
    func environment() throws {
        let place = try Workplace()
        try place.write("0\tstring\ttext\tours\n!:mime\tapplication/x-ours\n", to: ".magic")
        let completed = try run(
            try Program.attachments.path(), [], input: Self.message("a.txt", Data("text\n".utf8)),
            environment: ["HOME": place.path, "MAGIC": place[".magic"]])
        #expect(completed.code == 0)
        #expect(!completed.output.contains("x-ours"))
    }

    @Test("a common message takes less than 15 ms and 64 MiB, a large one no more memory")
    func cost() throws {
        let place = try Workplace()
        let document = Data("%PDF-1.7\n".utf8) + Data((0..<200_000).map { _ in UInt8.random(in: 0...255) })
        try Self.message("paper.pdf", document).write(to: URL(fileURLWithPath: place["common"]))
        let large = Data((0..<30_000_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) })
        try Self.message("film.bin", large).write(to: URL(fileURLWithPath: place["large"]))
        let common = try Self.cost(of: place["common"], times: 15)
        #expect(common.milliseconds < 15)
        #expect(common.kibibytes < 64 << 10)
        #expect(try Self.cost(of: place["large"], times: 1).kibibytes < 96 << 10)
    }

    /// The processor's time of the quickest run, and the most memory, with the message's own pages.
    private static func cost(of message: String, times: Int) throws -> (milliseconds: Double, kibibytes: Int)
    {
        // Measured in a small process: a child begins with its parent's size.
        let script = """
            import os, resource
            spent = []
            for _ in range(\(times)):
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                os.system("exec '\(try Program.attachments.path())' < '\(message)' > /dev/null") == 0 or exit(1)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
            print(min(spent) * 1000, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
            """
        let words = try succeed("/usr/bin/python3", ["-c", script]).split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let milliseconds = Double(words[0]), let kibibytes = Int(words[1]) else {
            throw Obstacle("no figures: \(words)")
        }
        return (milliseconds, kibibytes)
    }
}
