using MariosPizzeria.ProcessHost.Tests.Hosting;
using MariosPizzeria.ProcessHost.Tests.Releases;
using MariosPizzeria.ProcessHost.Tests.Servers;
using Xunit.Abstractions;

// The tests wait for servers and processes most of the time, so more tests than processors run at once.
[assembly: CollectionBehavior(MaxParallelThreads = 4)]
[assembly: TestCollectionOrderer("MariosPizzeria.ProcessHost.Tests.LongestFirst", "MariosPizzeria.ProcessHost.Tests")]

namespace MariosPizzeria.ProcessHost.Tests;

/// <summary>Starts the longest test classes first, so that none of them runs alone at the end.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly Type[] Longest =
    [
        typeof(StagingTests),
        typeof(ChangeTests),
        typeof(HangTests),
        typeof(UpAndDownTests),
        typeof(ServerTests),
        typeof(KilledHostTests),
    ];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderByDescending(collection =>
            Longest.Any(type => collection.DisplayName.EndsWith(type.FullName!, StringComparison.Ordinal))
        );
}
