import Glibc
import Platform

/// A c-icap(8) of a test's own that asks a clamd, and sends everything back with its service `echo`; it ends
/// with the object.
package final class ICAPDaemon {
    package static var isInstalled: Bool {
        unsafe access(program, X_OK) == 0 && access("\(modules)/virus_scan.so", R_OK) == 0
    }
    private static let program = "/usr/bin/c-icap"
    private static let modules = "/usr/lib/x86_64-linux-gnu/c_icap"

    private let directory: TemporaryDirectory
    private var process: RunningProcess?
    private let place: Listener.Place
    package var port: UInt16 { place.port }

    /// `checks.icap.server`, for `virus_scan`, `echo`, or a service that it does not have.
    package func service(_ name: String) -> String { "icap://127.0.0.1:\(port)/\(name)" }

    /// - Parameters:
    ///   - clamd: which must be there already.
    ///   - settings: more lines of c-icap.conf.
    package init(asking clamd: ClamdDaemon, settings: [String] = []) throws {
        directory = try TemporaryDirectory()
        place = try Listener.Place()
        try directory.makeDirectory("temporary", permissions: 0o777)
        let lines = [
            "PidFile \(directory.path("pid"))", "CommandsSocket \(directory.path("control"))",
            "Port 127.0.0.1:\(place.port)", "ServerName scanner.test",
            "TmpDir \(directory.path("temporary"))",
            "ServerLog \(directory.path("server.log"))", "AccessLog \(directory.path("access.log"))",
            "StartServers 1", "MaxServers 1", "MinSpareThreads 1", "MaxSpareThreads 10", "ThreadsPerChild 10",
            "Timeout 30", "KeepAliveTimeout 30", "MaxKeepAliveRequests 100", "DebugLevel 1",
            "ModulesDir \(Self.modules)", "ServicesDir \(Self.modules)",
            "LoadMagicFile /etc/c-icap/c-icap.magic", "TemplateDir /usr/share/c_icap/templates/",
            "TemplateDefaultLanguage en", "Service echo srv_echo.so", "Module common clamd_mod.so",
            "clamd_mod.ClamdSocket \(clamd.socket)", "Service antivirus virus_scan.so",
            "virus_scan.ScanFileTypes TEXT DATA EXECUTABLE ARCHIVE GIF JPEG MSOFFICE",
            "virus_scan.SendPercentData 5", "virus_scan.StartSendPercentDataAfter 2M",
            "virus_scan.MaxObjectSize 5M", "virus_scan.DefaultEngine clamd",
        ]
        try directory.write("c-icap.conf", (lines + settings).map { $0 + "\n" }.joined())
        let words = ["exec \"$@\" >\"$0\" 2>&1", directory.path("output"), Self.program, "-N", "-f"]
        process = try RunningProcess(
            ChildProcess(path: "/bin/sh", arguments: ["-c"] + words + [directory.path("c-icap.conf")]))
        let deadline = Deadline(milliseconds: Patience.long)
        while (try? StreamSocket(connectingTo: "127.0.0.1", port: port, deadline: deadline)) == nil {
            guard !deadline.hasPassed else {
                throw SystemError(call: "c-icap", path: output, code: ETIMEDOUT)
            }
            pause(milliseconds: 10)
        }
    }

    deinit {
        guard let process = process.take() else { return }
        process.stop()
        _ = process.end(within: 10_000)
    }

    /// What it wrote.
    package var output: String {
        ["output", "server.log"].map { (try? directory.read($0)) ?? "" }.joined()
    }
}
