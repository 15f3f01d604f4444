using MariosPizzeria.ProcessHost.Tests.Hosting;
using MariosPizzeria.ProcessHost.Tests.Releases;
using MariosPizzeria.ProcessHost.Tests.Servers;
using Xunit.Abstractions;

// The tests wait for servers and processes most of the time, so more of them run at once than there are processors.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
[assembly: TestCollectionOrderer("MariosPizzeria.ProcessHost.Tests.LongestFirst", "MariosPizzeria.ProcessHost.Tests")]

namespace MariosPizzeria.ProcessHost.Tests;

/// <summary>The classes that take longest begin with the run, so that none of them is alone at its end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly Type[] Longest = [typeof(StagingTests), typeof(ChangeTests), typeof(UpAndDownTests), typeof(ServerTests)];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderByDescending(collection =>
            Longest.Any(type => collection.DisplayName.EndsWith(type.FullName!, StringComparison.Ordinal))
        );
}
