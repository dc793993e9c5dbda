import NIOSSL
import Platform
import Synchronization
import TestSupport

/// Certificates of an authority that only these tests trust, made with openssl(1).
///
/// `good` is for localhost and 127.0.0.1; `expired` is too, but of yesterday; `other` is for other.example; `alone`
/// is for localhost, and signed by itself.
final class Certificates: Sendable {
    private let directory: TemporaryDirectory

    private static let made = Mutex<Certificates?>(nil)

    static func shared() throws -> Certificates {
        try made.withLock { known in
            if let known { return known }
            let certificates = try Certificates()
            known = certificates
            return certificates
        }
    }

    var authority: String { directory.path("authority.pem") }

    private init() throws {
        directory = try TemporaryDirectory()
        try key("authority")
        try openssl(
            "req -x509 -new -key authority.key -days 10 -subj /CN=Authority -out authority.pem".words)
        try issue("good", "DNS:localhost,IP:127.0.0.1", days: 2)
        try issue("expired", "DNS:localhost,IP:127.0.0.1", days: -1)
        try issue("other", "DNS:other.example", days: 2)
        try key("alone")
        try openssl(
            "req -x509 -new -key alone.key -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost -out alone.pem"
                .words)
    }

    private func issue(_ name: String, _ names: String, days: Int) throws {
        try key(name)
        try openssl(
            "req -new -key \(name).key -subj /CN=\(name) -addext subjectAltName=\(names) -out \(name).csr"
                .words)
        try openssl(
            "x509 -req -in \(name).csr -CA authority.pem -CAkey authority.key -set_serial \(Host.random() >> 2)"
                .words
                + "-days \(days) -copy_extensions copy -out \(name).pem".words)
    }

    private func key(_ name: String) throws {
        try openssl("ecparam -name prime256v1 -genkey -noout -out \(name).key".words)
    }

    private func openssl(_ arguments: [String]) throws {
        let program = ChildProcess(
            path: "/usr/bin/openssl", arguments: arguments, workingDirectory: directory.path)
        let result = try program.run(head: [], body: SharedBytes([]).span, milliseconds: 60_000)
        guard result.ending == .exited(0) else {
            throw SystemError(
                call: "openssl \(arguments)", path: String(decoding: result.output, as: UTF8.self), code: 0)
        }
    }

    /// What a server with one of them needs.
    func server(_ name: String, versions: ClosedRange<Int> = 2...3) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(directory.path("\(name).pem"))
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: directory.path("\(name).key"), format: .pem)))
        let known: [Int: TLSVersion] = [1: .tlsv11, 2: .tlsv12, 3: .tlsv13]
        configuration.minimumTLSVersion = known[versions.lowerBound] ?? .tlsv12
        configuration.maximumTLSVersion = known[versions.upperBound]
        return try NIOSSLContext(configuration: configuration)
    }
}

extension String {
    fileprivate var words: [String] { split(separator: " ").map(String.init) }
}
