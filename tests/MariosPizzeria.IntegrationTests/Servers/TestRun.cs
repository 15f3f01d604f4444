using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

[assembly: TestFramework("MariosPizzeria.IntegrationTests.Servers.TestRun", "MariosPizzeria.IntegrationTests")]

// The tests wait for servers most of the time, so more of them run at once than there are processors.
[assembly: CollectionBehavior(MaxParallelThreads = 8)]

namespace MariosPizzeria.IntegrationTests.Servers;

/// <summary>A run of all tests: when the last one is over, the servers they shared are stopped and their folders deleted.</summary>
public sealed class TestRun(IMessageSink messages) : XunitTestFramework(messages)
{
    /// <inheritdoc/>
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) =>
        new Executor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Executor(AssemblyName assembly, ISourceInformationProvider sources, IMessageSink messages)
        : XunitTestFrameworkExecutor(assembly, sources, messages)
    {
        // As the base class has it, but for the runner: the framework of this version calls it without awaiting.
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
            await SharedServers.Stop();
            await base.BeforeTestAssemblyFinishedAsync();
        }
    }
}
