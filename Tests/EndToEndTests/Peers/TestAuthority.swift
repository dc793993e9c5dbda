import Foundation

/// An authority that signs certificates for the servers of a test.
struct TestAuthority {
    private let workplace: Workplace
    private let name: String
    /// The path of its own certificate.
    var certificate: String { workplace["\(name).pem"] }
    private var key: String { workplace["\(name).key"] }

    init(in workplace: Workplace, _ name: String = "authority") throws {
        self.workplace = workplace
        self.name = name
        try request(
            name, subject: "Authority of the tests",
            more: ["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=keyCertSign"])
        try succeed("/bin/chmod", ["644", certificate])
    }

    /// A key and a certificate with these names: `DNS:mx.test,IP:127.0.0.1`. Gives their paths.
    func sign(_ file: String, names: String) throws -> (certificate: String, key: String) {
        try request(
            file, subject: "mx.test",
            more: [
                "-CA", certificate, "-CAkey", key, "-addext", "subjectAltName=\(names)",
                "-addext", "basicConstraints=critical,CA:FALSE",
            ])
        return (workplace["\(file).pem"], workplace["\(file).key"])
    }

    private func request(_ file: String, subject: String, more: [String]) throws {
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"]
        try succeed(
            "/usr/bin/openssl",
            ["req", "-x509", "-days", "2", "-subj", "/CN=\(subject)", "-keyout", workplace["\(file).key"]]
                + ["-out", workplace["\(file).pem"]] + key + more)
    }
}
