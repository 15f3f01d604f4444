using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using MariosPizzeria.Contracts;
using Microsoft.Extensions.Logging;

namespace MariosPizzeria.Tests.Architecture;

/// <summary>The rules of the architecture that the compiler does not check.</summary>
public sealed partial class ArchitectureTests
{
    [Theory]
    [InlineData(typeof(global::MariosPizzeria.OrderService.Domain.Order))]
    [InlineData(typeof(global::MariosPizzeria.MenuService.Domain.Pizza))]
    [InlineData(typeof(global::MariosPizzeria.KitchenService.Domain.Ticket))]
    public void A_domain_knows_nothing_but_the_contracts(Type member)
    {
        var domain = member.Assembly.GetTypes().Where(type => type.Namespace == member.Namespace).ToList();

        var outward = domain
            .SelectMany(type => Known(type).Select(known => (type, known)))
            .Where(pair => !IsAllowed(pair.known, member))
            .ToList();

        domain.Count.ShouldBeGreaterThan(1);
        outward.ShouldBeEmpty(string.Join(", ", outward.Select(pair => $"{pair.type.Name} knows {pair.known}")));
    }

    [Fact]
    public void A_domain_imports_nothing_but_the_contracts()
    {
        var imports = SourceTree
            .Code("services")
            .Where(file => file.Path.Contains("/Domain/", StringComparison.Ordinal))
            .SelectMany(file => Using().Matches(file.Text).Select(match => (file.Path, Namespace: match.Groups["name"].Value)))
            .Where(import =>
                import.Namespace != "System"
                && !import.Namespace.StartsWith("System.", StringComparison.Ordinal)
                && !import.Namespace.StartsWith("MariosPizzeria.Contracts", StringComparison.Ordinal)
            );

        imports.ShouldBeEmpty();
    }

    [Fact]
    public void The_contracts_refer_to_nothing_but_the_framework() =>
        typeof(Money).Assembly.GetReferencedAssemblies().ShouldAllBe(name => name.Name!.StartsWith("System", StringComparison.Ordinal));

    [Fact]
    public void No_source_is_copied_from_one_project_to_another()
    {
        const int Lines = 10;
        const int Characters = 250; // Excludes lists of names: ten lines of one word each.

        var passages =
            from file in SourceTree.Code()
            let lines = file
                .Text.Split('\n')
                .Select(line => line.Trim())
                .Where(line =>
                    line.Length > 3
                    && !line.StartsWith("using ", StringComparison.Ordinal)
                    && !line.StartsWith("//", StringComparison.Ordinal)
                )
                .ToList()
            from first in Enumerable.Range(0, Math.Max(0, lines.Count - Lines + 1))
            let passage = string.Join('\n', lines.Skip(first).Take(Lines))
            where passage.Length >= Characters
            group file.Path by passage;

        passages
            .Where(passage => passage.Select(ProjectOf).Distinct(StringComparer.Ordinal).Count() > 1)
            .Select(passage => string.Join(" and ", passage) + ":\n" + passage.Key)
            .ShouldBeEmpty();

        static string ProjectOf(string path) =>
            string.Join('/', path.Split('/').Take(path.StartsWith("services/", StringComparison.Ordinal) ? 2 : 1));
    }

    [Fact]
    public void Only_the_relay_touches_the_bus()
    {
        var senders = SourceTree
            .Code("MariosPizzeria.ServiceDefaults", "MariosPizzeria.BuildingBlocks", "gateway", "services")
            .Where(file => Sending().IsMatch(file.Text))
            .Select(file => Path.GetFileName(file.Path));

        // Its only callers are the relay and, once, the warm-up, whose message reaches no other process.
        senders.ShouldBe(["EventPublisher.cs"]);
    }

    [Fact]
    public void Money_and_time_are_taken_from_where_they_are_exact()
    {
        var offences = SourceTree
            .Code("services", "gateway", "MariosPizzeria.ServiceDefaults", "MariosPizzeria.BuildingBlocks")
            .Where(file => AmbientTime().IsMatch(file.Text))
            .Select(file => file.Path);

        // The log's own timestamp is not domain time.
        offences.Select(path => Path.GetFileName(path)).ShouldBe(["JsonLines.cs"]);
    }

    [Fact]
    public void Configuration_is_injected_and_never_read_from_the_environment_on_the_way()
    {
        var readers = SourceTree
            .Code("services", "gateway", "MariosPizzeria.ServiceDefaults", "MariosPizzeria.BuildingBlocks")
            .Where(file => file.Text.Contains("GetEnvironmentVariable", StringComparison.Ordinal))
            .Select(file => file.Path);

        readers.ShouldBeEmpty();
    }

    [Fact]
    public void Every_package_is_declared_centrally_with_an_exact_version()
    {
        var declared = XDocument.Load(Path.Combine(SourceTree.Root, "Directory.Packages.props")).Descendants("PackageVersion").ToList();
        var versions = declared.Select(package => package.Attribute("Version")!.Value).Where(version => version != "$(AspireVersion)");
        var projects = Directory.EnumerateFiles(SourceTree.Root, "*.csproj", SearchOption.AllDirectories).Select(XDocument.Load);

        versions.ShouldAllBe(version => ExactVersion().IsMatch(version));
        projects
            .SelectMany(project => project.Descendants("PackageReference"))
            .ShouldAllBe(reference => reference.Attribute("Version") == null);
        declared
            .Single(package => package.Attribute("Include")!.Value == "MassTransit.RabbitMQ")
            .Attribute("Version")!
            .Value.ShouldStartWith("[8.");
    }

    [Fact]
    public void Test_packages_never_reach_a_published_process()
    {
        string[] forTests =
        [
            "xunit",
            "Shouldly",
            "FsCheck",
            "Microsoft.NET.Test.Sdk",
            "Deque.AxeCore",
            "Microsoft.Playwright",
            "Microsoft.AspNetCore.Mvc.Testing",
            "Microsoft.Extensions.Diagnostics.Testing",
        ];
        string[] processes =
        [
            "services",
            "gateway",
            "MariosPizzeria.AppHost",
            "MariosPizzeria.ProcessHost",
            "MariosPizzeria.ServiceDefaults",
            "MariosPizzeria.BuildingBlocks",
        ];

        var locks = processes
            .SelectMany(folder =>
                Directory.EnumerateFiles(Path.Combine(SourceTree.Root, folder), "packages.lock.json", SearchOption.AllDirectories)
            )
            .Select(file => (file, Text: File.ReadAllText(file)))
            .ToList();

        locks.Count.ShouldBeGreaterThanOrEqualTo(8);
        locks.ShouldAllBe(each => !forTests.Any(package => each.Text.Contains($"\"{package}", StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public void Every_log_message_has_an_event_id_of_its_own()
    {
        var messages =
            from file in Directory.EnumerateFiles(AppContext.BaseDirectory, "MariosPizzeria.*.dll")
            let assembly = Assembly.LoadFrom(file)
            where assembly != typeof(ArchitectureTests).Assembly
            from type in assembly.GetTypes()
            from method in type.GetMethods(BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
            let message = method.GetCustomAttribute<LoggerMessageAttribute>()
            where message is not null
            select (message.EventId, Method: $"{type.Name}.{method.Name}");

        var byId = messages.ToLookup(message => message.EventId, message => message.Method);

        byId.Count.ShouldBeGreaterThan(40);
        byId.Where(methods => methods.Distinct().Count() > 1).Select(methods => string.Join(", ", methods)).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_tree_is_formatted()
    {
        await DotnetAsync("tool", "restore");

        var (exit, output) = await DotnetAsync("csharpier", "check", ".");

        exit.ShouldBe(0, output);
    }

    private static async Task<(int Exit, string Output)> DotnetAsync(params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo("dotnet", arguments)
            {
                WorkingDirectory = SourceTree.Root,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var deadline = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await process.WaitForExitAsync(deadline.Token);
        return (process.ExitCode, await output + await error);
    }

    private static IEnumerable<Type> Known(Type type)
    {
        const BindingFlags All =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        return type.GetFields(All)
            .Select(field => field.FieldType)
            .Concat(
                type.GetMethods(All).SelectMany(method => method.GetParameters().Select(p => p.ParameterType).Append(method.ReturnType))
            )
            .Concat(type.GetConstructors(All).SelectMany(constructor => constructor.GetParameters().Select(p => p.ParameterType)))
            .SelectMany(Unfold);
    }

    private static IEnumerable<Type> Unfold(Type type) =>
        type.IsGenericType ? type.GetGenericArguments().SelectMany(Unfold).Append(type.GetGenericTypeDefinition())
        : type.HasElementType ? Unfold(type.GetElementType()!)
        : [type];

    private static bool IsAllowed(Type type, Type member) =>
        type.IsGenericParameter
        || type.Namespace == member.Namespace
        || type.Namespace is { } space
            && (
                space == "System"
                || space.StartsWith("System.", StringComparison.Ordinal)
                || space.StartsWith("MariosPizzeria.Contracts", StringComparison.Ordinal)
            );

    [GeneratedRegex(
        @"^using (?<name>[\w.]+);",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        Timeout.Infinite
    )]
    private static partial Regex Using();

    [GeneratedRegex(
        @"\b(IBus|IPublishEndpoint|ISendEndpoint|ISendEndpointProvider|IRequestClient)\b|\bbus\.(Publish|Send)\(|\bcontext\.(Publish|Send|Respond)(Async)?[<(]",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        Timeout.Infinite
    )]
    private static partial Regex Sending();

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Utc)?Now\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex AmbientTime();

    [GeneratedRegex(@"^(\d+\.\d+\.\d+|\[\d+\.\d+\.\d+\])$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, Timeout.Infinite)]
    private static partial Regex ExactVersion();
}
