// Times JavaRosa in its own process, without the line driver around it: parsing and
// opening a form, and answering its questions, each as FormEntryController does it.
//
//   AnswerTimes FORM.xml ANSWERS.tsv      (a line is: ref TAB value)
//
// Prints one JSON object: milliseconds of loading, and of every answer.
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.*;
import java.util.*;
import org.javarosa.core.model.*;
import org.javarosa.core.model.data.*;
import org.javarosa.core.model.instance.*;
import org.javarosa.form.api.*;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.util.XFormUtils;

public class AnswerTimes {
    public static void main(String[] arguments) throws Exception {
        java.io.PrintStream out = System.out;
        System.setOut(System.err);
        org.javarosa.core.services.storage.StorageManager.setStorageFactory((name, type) ->
            new org.javarosa.core.services.storage.util.DummyIndexedStorageUtility<>());
        new XFormsModule().registerModule();
        new CoreModelModule().registerModule();
        long begin = System.nanoTime();
        FormDef form;
        try (InputStream stream = Files.newInputStream(Paths.get(arguments[0]))) {
            form = XFormUtils.getFormFromInputStream(stream);
        }
        FormEntryModel model = new FormEntryModel(form);
        FormEntryController controller = new FormEntryController(model);
        form.initialize(true, new InstanceInitializationFactory());
        double load = (System.nanoTime() - begin) / 1e6;
        Map<String, FormIndex> places = new HashMap<>();
        for (FormIndex i = model.incrementIndex(FormIndex.createBeginningOfFormIndex());
                i.isInForm(); i = model.incrementIndex(i))
            if (i.getReference() != null) places.put(i.getReference().toString(false), i);
        List<String> times = new ArrayList<>();
        for (String line : Files.readAllLines(Paths.get(arguments[1]), StandardCharsets.UTF_8)) {
            String[] halves = line.split("\t", 2);
            FormIndex index = places.get(halves[0]);
            TreeElement node = form.getMainInstance().resolveReference(index.getReference());
            IAnswerData answer = AnswerDataFactory.templateByDataType(node.getDataType())
                .cast(new UncastData(halves[1]));
            begin = System.nanoTime();
            controller.answerQuestion(index, answer, true);
            times.add(String.format(Locale.ROOT, "%.4f", (System.nanoTime() - begin) / 1e6));
        }
        out.println("{\"load\":" + load + ",\"answers\":[" + String.join(",", times) + "]}");
    }
}
