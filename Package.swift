// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .enableUpcomingFeature("ImmutableWeakCaptures"),
    .enableExperimentalFeature("Lifetimes"),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
]

/// A module of the project, with the arrows it may follow.
func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// The tests of a module: they see what the module sees, and what the tests share.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name)] + dependencies, swiftSettings: strict)
}

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let networking: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"),
    .product(name: "NIOPosix", package: "swift-nio"),
    .product(name: "NIOSSL", package: "swift-nio-ssl"),
    .product(name: "NIOTLS", package: "swift-nio"),
]

let package = Package(
    name: "postmaster",
    products: [
        .executable(name: "postmaster", targets: ["postmaster"]),
        .executable(name: "postmaster-retry", targets: ["postmaster-retry"]),
        .executable(name: "postmaster-attachments", targets: ["postmaster-attachments"]),
        .executable(name: "postmasterctl", targets: ["postmasterctl"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    ],
    targets: [
        .target(name: "CPlatform"),
        .target(name: "CStart"),
        .target(name: "CToml", cxxSettings: [.unsafeFlags(["-fno-exceptions", "-fno-rtti"])]),
        .target(
            name: "CRE2", cxxSettings: [.unsafeFlags(["-fno-exceptions", "-fno-rtti"])],
            linkerSettings: [.linkedLibrary("re2")]),
        .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(name: "CUnistring", linkerSettings: [.linkedLibrary("unistring")]),
        .target(name: "CNettle", linkerSettings: [.linkedLibrary("nettle")]),
        // Of FileFormats alone: no other program has these parsers in it.
        .target(name: "CMagic", linkerSettings: ["magic", "bz2", "lzma", "z"].map { .linkedLibrary($0) }),
        .target(
            name: "CArchive",
            linkerSettings: ["archive", "nettle", "lzma", "zstd", "lz4", "bz2", "z"].map {
                .linkedLibrary($0)
            }),
        .target(name: "CSeccomp", linkerSettings: [.linkedLibrary("seccomp")]),

        module("Platform", ["CNettle", "CPlatform", "CRE2", "CSQLite", "CUnistring"]),
        module("MailMessage", ["Platform"]),
        module("Sieve", ["MailMessage", "Platform"]),
        module("Maildir", ["Platform"]),
        module("Spool", ["Platform"]),
        module("MailTransport", ["MailMessage", "Platform"]),
        // Only what talks to the network links it: postmaster(8) does not.
        module("MailNetwork", ["MailTransport", "Platform"] + networking),
        module("ContentChecks", ["MailMessage", "Platform"]),
        module("FileFormats", ["CArchive", "CMagic", "CSeccomp", "Platform"]),
        module("AttachmentExamination", ["ContentChecks", "FileFormats", "MailMessage", "Platform"]),
        module("DeliveryStatus", ["MailMessage", "Platform"]),
        module("Settings", ["CToml", "ContentChecks", "MailTransport", "Platform"]),
        module("SieveTesting", ["Sieve", "Maildir", "DeliveryStatus", "MailMessage", "Platform"]),
        module("MailLog", ["Platform"]),
        module("Diagnosis", ["Sieve", "MailLog"]),
        module("UserLookup", ["Platform"]),
        module("UserState", ["Platform"]),
        module(
            "Delivery",
            [
                "Sieve", "Maildir", "Spool", "MailTransport", "DeliveryStatus", "Settings", "MailLog",
                "UserLookup", "UserState",
                "ContentChecks", "MailMessage", "Platform",
            ]),

        .executableTarget(
            name: "postmaster",
            dependencies: ["CStart", "Delivery", "DeliveryStatus", "Settings", "Platform"],
            swiftSettings: strict),
        .executableTarget(
            name: "postmaster-retry",
            dependencies: [
                "CStart", "Delivery", "MailLog", "MailNetwork", "MailTransport", "Spool", "Settings",
                "Platform",
                argumentParser,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "postmaster-attachments",
            dependencies: ["CStart", "AttachmentExamination", "ContentChecks", "FileFormats", "Platform"],
            swiftSettings: strict),
        .executableTarget(
            name: "postmasterctl",
            dependencies: [
                "CStart", "ContentChecks", "Delivery", "Diagnosis", "MailLog", "MailMessage", "MailTransport",
                "Maildir",
                "Sieve",
                "SieveTesting", "Spool", "Settings", "Platform", argumentParser,
            ],
            swiftSettings: strict),

        .target(
            name: "TestSupport", dependencies: ["Platform"], path: "Tests/TestSupport", swiftSettings: strict),
        .target(
            name: "AttackSupport", dependencies: ["ContentChecks"], path: "Tests/AttackSupport",
            swiftSettings: strict),
        .target(
            name: "FuzzSupport",
            dependencies: [
                "AttachmentExamination", "ContentChecks", "FileFormats", "MailMessage", "MailTransport",
                "Platform",
                "Sieve",
            ],
            path: "Tests/Fuzzing/FuzzSupport", swiftSettings: strict),
        tests("Platform", ["TestSupport"]),
        tests("MailMessage", ["TestSupport", "Platform"]),
        tests("Sieve", ["FuzzSupport", "TestSupport", "MailMessage", "Platform"]),
        tests("Diagnosis", ["MailLog", "Sieve", "MailMessage", "Platform"]),
        tests("SieveTesting", ["Sieve", "Maildir", "MailMessage", "Platform"]),
        tests("Maildir", ["Platform"]),
        tests("Spool", ["TestSupport", "Platform"]),
        tests("MailTransport", ["TestSupport", "MailMessage", "Platform"]),
        tests("MailNetwork", ["TestSupport", "MailTransport", "Platform"] + networking),
        tests("ContentChecks", ["FuzzSupport", "TestSupport", "MailMessage", "Platform"]),
        tests("FileFormats", ["TestSupport", "Platform"]),
        tests(
            "AttachmentExamination",
            ["AttackSupport", "ContentChecks", "FileFormats", "MailMessage", "TestSupport", "Platform"]),
        tests("DeliveryStatus", ["TestSupport", "MailMessage", "Platform"]),
        tests("Settings", ["TestSupport", "ContentChecks", "MailTransport", "Platform"]),
        tests("MailLog", ["TestSupport", "Platform"]),
        tests("UserLookup", ["TestSupport", "Platform"]),
        tests("UserState", ["TestSupport", "Platform"]),
        tests(
            "Delivery",
            [
                "Sieve", "Maildir", "Spool", "MailTransport", "DeliveryStatus", "Settings", "MailLog",
                "UserLookup", "TestSupport",
                "ContentChecks", "MailMessage", "Platform",
            ]),
        // These run the release programs; `make release` comes before them.
        .testTarget(
            name: "EndToEndTests", dependencies: ["AttackSupport", "ContentChecks", "TestSupport"],
            swiftSettings: strict),
        .testTarget(name: "FaultTests", swiftSettings: strict),
    ],
    cxxLanguageStandard: .cxx17
)

// Built with `make fuzz` alone: a fuzzer has no main of its own.
if Context.environment["FUZZING"] != nil {
    let fuzzing = strict + [.unsafeFlags(["-parse-as-library", "-sanitize=fuzzer"])]
    package.targets += [
        .executableTarget(
            name: "fuzz-compiler", dependencies: ["FuzzSupport"], path: "Tests/Fuzzing/FuzzCompiler",
            swiftSettings: fuzzing, linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]),
        .executableTarget(
            name: "fuzz-interpreter", dependencies: ["FuzzSupport"], path: "Tests/Fuzzing/FuzzInterpreter",
            swiftSettings: fuzzing,
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]),
        .executableTarget(
            name: "fuzz-session", dependencies: ["FuzzSupport"], path: "Tests/Fuzzing/FuzzSession",
            swiftSettings: fuzzing, linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]),
        .executableTarget(
            name: "fuzz-attachments", dependencies: ["FuzzSupport"], path: "Tests/Fuzzing/FuzzAttachments",
            swiftSettings: fuzzing, linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]),
        .executableTarget(
            name: "fuzz-archives", dependencies: ["FuzzSupport"], path: "Tests/Fuzzing/FuzzArchives",
            swiftSettings: fuzzing, linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]),
        .executableTarget(
            name: "fuzz-scanners", dependencies: ["FuzzSupport"], path: "Tests/Fuzzing/FuzzScanners",
            swiftSettings: fuzzing, linkerSettings: [.unsafeFlags(["-sanitize=fuzzer"])]),
    ]
}
