import Foundation

/// A user of the system with a home directory in a workplace; removed at its end.
final class TemporaryUser {
    let name: String
    let home: String
    let id: UserID

    init(in workplace: Workplace, _ purpose: String) throws {
        name = "pm\(purpose)\(UInt16.random(in: 0...UInt16.max))"
        home = workplace["home-\(name)"]
        try succeed(
            "/usr/sbin/useradd",
            ["--no-create-home", "--home-dir", home, "--shell", "/bin/sh", "--user-group", name])
        let numbers = try succeed("/usr/bin/getent", ["passwd", name]).split(separator: ":")
        guard numbers.count > 3, let user = UInt32(numbers[2]), let group = UInt32(numbers[3]) else {
            throw Obstacle("useradd did not make \(name)")
        }
        id = UserID(user: user, group: group)
        try workplace.makeDirectory("home-\(name)", mode: 0o711, owner: id)
    }

    deinit {
        // Another one may be changing /etc/passwd at this moment.
        for _ in 0..<20 {
            if (try? run("/usr/sbin/userdel", [name]))?.code == 0 { return }
            usleep(100_000)
        }
    }
}
