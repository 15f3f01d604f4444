using System.Collections;
using k8s;
using k8s.Models;

namespace MariosPizzeria.AppHost.Tests.Kubernetes;

/// <summary>
/// Validates files with Kubernetes's own types as the schema: an unknown or repeated field, a value of another type and a missing required
/// field are errors.
/// </summary>
internal static class Schema
{
    // The types do not tell which fields are required; this is from the API reference, for the types that the files use.
    private static readonly IReadOnlyDictionary<Type, string[]> Required = new Dictionary<Type, string[]>
    {
        [typeof(V1ConfigMapEnvSource)] = ["Name"],
        [typeof(V1ConfigMapKeySelector)] = ["Key", "Name"],
        [typeof(V1Container)] = ["Name", "Image"],
        [typeof(V1ContainerPort)] = ["ContainerPort"],
        [typeof(V1Deployment)] = ["Spec"],
        [typeof(V1DeploymentSpec)] = ["Selector", "Template"],
        [typeof(V1EnvVar)] = ["Name"],
        [typeof(V1HTTPGetAction)] = ["Port"],
        [typeof(V1HTTPIngressPath)] = ["Backend", "PathType"],
        [typeof(V1HTTPIngressRuleValue)] = ["Paths"],
        [typeof(V1Ingress)] = ["Spec"],
        [typeof(V1IngressServiceBackend)] = ["Name", "Port"],
        [typeof(V1Job)] = ["Spec"],
        [typeof(V1JobSpec)] = ["Template"],
        [typeof(V1LabelSelectorRequirement)] = ["Key", "OperatorProperty"],
        [typeof(V1NetworkPolicy)] = ["Spec"],
        [typeof(V1NetworkPolicySpec)] = ["PodSelector"],
        [typeof(V1PodDisruptionBudget)] = ["Spec"],
        [typeof(V1PodDisruptionBudgetSpec)] = ["Selector"],
        [typeof(V1PodSpec)] = ["Containers"],
        [typeof(V1PodTemplateSpec)] = ["Spec"],
        [typeof(V1SecretKeySelector)] = ["Key", "Name"],
        [typeof(V1Service)] = ["Spec"],
        [typeof(V1ServicePort)] = ["Port"],
        [typeof(V1TopologySpreadConstraint)] = ["MaxSkew", "TopologyKey", "WhenUnsatisfiable"],
        [typeof(V1Volume)] = ["Name"],
        [typeof(V1VolumeMount)] = ["MountPath", "Name"],
        [typeof(V2CrossVersionObjectReference)] = ["Kind", "Name"],
        [typeof(V2HorizontalPodAutoscaler)] = ["Spec"],
        [typeof(V2HorizontalPodAutoscalerSpec)] = ["MaxReplicas", "ScaleTargetRef"],
        [typeof(V2MetricSpec)] = ["Type"],
        [typeof(V2MetricTarget)] = ["Type"],
        [typeof(V2ResourceMetricSource)] = ["Name", "Target"],
    };

    /// <summary>Returns the objects of a file.</summary>
    /// <exception cref="YamlDotNet.Core.YamlException">A field is unknown, repeated or of another type.</exception>
    /// <exception cref="FormatException">A required field is missing; the message has its path.</exception>
    public static IReadOnlyList<IKubernetesObject<V1ObjectMeta>> Read(string yaml)
    {
        var objects = KubernetesYaml.LoadAllFromString(yaml, typeMap: null, strict: true).Cast<IKubernetesObject<V1ObjectMeta>>().ToList();
        foreach (var each in objects)
        {
            // A pod template has metadata too, but no name.
            _ = each.Metadata?.Name ?? throw new FormatException($"{each.Kind} lacks its Name");
            Check(each, each.Kind);
        }

        return objects;

        void Check(object node, string path)
        {
            if (node is IEnumerable list and not string)
            {
                foreach (var each in list)
                {
                    Check(each, path);
                }
            }
            else if (node.GetType().Namespace == typeof(V1Container).Namespace)
            {
                var properties = node.GetType().GetProperties().ToDictionary(each => each.Name, each => each.GetValue(node));
                foreach (var name in Required.GetValueOrDefault(node.GetType(), []))
                {
                    if (properties[name] is null or 0 or "" or ICollection { Count: 0 })
                    {
                        throw new FormatException($"{path} lacks its {name}");
                    }
                }

                foreach (var (name, value) in properties)
                {
                    if (value is not null)
                    {
                        Check(value, $"{path}.{name}");
                    }
                }
            }
        }
    }
}
