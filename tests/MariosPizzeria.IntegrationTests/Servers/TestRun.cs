using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

[assembly: TestFramework("MariosPizzeria.IntegrationTests.Servers.TestRun", "MariosPizzeria.IntegrationTests")]

// The tests wait for servers most of the time, so more tests than processors run at once.
[assembly: CollectionBehavior(MaxParallelThreads = 8)]

namespace MariosPizzeria.IntegrationTests.Servers;

/// <summary>A run of all tests. After the last test, it stops the shared servers and deletes their folders.</summary>
public sealed class TestRun(IMessageSink messages) : XunitTestFramework(messages)
{
    /// <inheritdoc/>
    protected override ITestFrameworkDiscoverer CreateDiscoverer(IAssemblyInfo assemblyInfo) =>
        new Discoverer(assemblyInfo, SourceInformationProvider, DiagnosticMessageSink);

    /// <inheritdoc/>
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) =>
        new Executor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Discoverer(IAssemblyInfo assembly, ISourceInformationProvider sources, IMessageSink messages)
        : XunitTestFrameworkDiscoverer(assembly, sources, messages)
    {
        protected override bool IsValidTestClass(ITypeInfo type) =>
            base.IsValidTestClass(type)
            && type.GetCustomAttributes(typeof(RequiresVariableAttribute))
                .All(required =>
                    !string.IsNullOrEmpty(Environment.GetEnvironmentVariable((string)required.GetConstructorArguments().First()))
                );
    }

    private sealed class Executor(AssemblyName assembly, ISourceInformationProvider sources, IMessageSink messages)
        : XunitTestFrameworkExecutor(assembly, sources, messages)
    {
        // As in the base class, with another runner. The framework of this version calls the method without awaiting it.
        protected override async void RunTestCases(
            IEnumerable<IXunitTestCase> testCases,
            IMessageSink executionMessageSink,
            ITestFrameworkExecutionOptions executionOptions
        )
        {
            using var runner = new Runner(TestAssembly, testCases, DiagnosticMessageSink, executionMessageSink, executionOptions);
            await runner.RunAsync();
        }
    }

    private sealed class Runner(
        ITestAssembly assembly,
        IEnumerable<IXunitTestCase> testCases,
        IMessageSink diagnostics,
        IMessageSink execution,
        ITestFrameworkExecutionOptions options
    ) : XunitTestAssemblyRunner(assembly, testCases, diagnostics, execution, options)
    {
        protected override async Task BeforeTestAssemblyFinishedAsync()
        {
            await SharedServers.StopAsync();
            await base.BeforeTestAssemblyFinishedAsync();
        }
    }
}

/// <summary>Marks a test class that is discovered only if an environment variable names the server that it needs.</summary>
/// <param name="name">The name of the variable.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class RequiresVariableAttribute(string name) : Attribute
{
    /// <summary>The name of the variable.</summary>
    public string Name => name;
}
